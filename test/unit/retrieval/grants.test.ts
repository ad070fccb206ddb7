import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Fault } from '../../../server/errors.ts';
import { answer, countViewing, request, revoke } from '../../../server/retrieval/grant-commands.ts';
import { type GrantEvent, type GrantState, grantKind } from '../../../server/retrieval/grant-events.ts';
import { ruleFor } from '../../../server/retrieval/rules.ts';
import { requireInForce, requireWatchable, standing } from '../../../server/retrieval/standing.ts';

const t0 = new Date('2026-05-01T08:00:00.000Z');
const at = (ms: number) => new Date(t0.getTime() + ms);
const moment = (now = t0) => ({ now, policyVersion: 1 });
const asked = {
  reason: 'complaint' as const,
  text: '信访件',
  records: [
    { recordId: 'r1', departmentId: 'd1' },
    { recordId: 'r2', departmentId: 'd2' },
  ],
  seconds: 60,
  viewings: 2,
};
const approver = { id: 'boss', departments: ['d1', 'd2'] };

function grow(state: GrantState | undefined, events: readonly GrantEvent[], actor: string, now = t0): GrantState {
  const meta = {
    chain: 'a',
    seq: 1,
    id: 'g',
    version: 1,
    time: now.toISOString(),
    actor: { id: actor, role: 'x', via: 'session' as const },
  };
  return events.reduce<GrantState | undefined>(
    (folded, event) => grantKind.fold(folded, event, meta),
    state,
  ) as GrantState;
}

const refused = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const waiting = () => grow(undefined, request(asked, undefined, moment()), 'asker');
const approved = (given = {}) =>
  grow(waiting(), answer(waiting(), { decision: 'approve', reason: 'ok', ...given }, approver, moment()), 'boss');

describe('retrieval/grants', () => {
  it('ends exactly at its instant', () => {
    const grant = approved();
    assert.equal(grant.expiresAt, at(60_000).toISOString());
    assert.equal(standing(grant, at(59_999)), 'live');
    assert.equal(standing(grant, at(60_000)), 'expired');
    assert.throws(() => requireInForce(grant, at(60_000)), refused('GRANT_EXPIRED'));
    assert.throws(() => countViewing(grant, 'v', at(60_000)), refused('GRANT_EXPIRED'));
  });

  it('counts to its last viewing', () => {
    let grant = approved();
    grant = grow(grant, countViewing(grant, 'v1', t0), 'asker');
    assert.equal(standing(grant, t0), 'live');
    grant = grow(grant, countViewing(grant, 'v2', t0), 'asker');
    assert.equal(standing(grant, t0), 'used-up');
    assert.throws(() => countViewing(grant, 'v3', t0), refused('GRANT_USED_UP'));
    requireWatchable({ state: 'open' } as never, grant, t0);
  });

  it('is never answered by who asked', () => {
    assert.throws(
      () => answer(waiting(), { decision: 'approve', reason: 'x' }, { ...approver, id: 'asker' }, moment()),
      refused('SEGREGATION'),
    );
    assert.throws(
      () => answer(waiting(), { decision: 'refuse', reason: 'x' }, { ...approver, id: 'asker' }, moment()),
      refused('SEGREGATION'),
    );
  });

  it('is narrowed by the approver, never widened', () => {
    const grant = approved({ seconds: 30, viewings: 1, recordIds: ['r2', 'r2'] });
    assert.deepEqual([grant.seconds, grant.viewings, grant.recordIds], [30, 1, ['r2']]);
    assert.equal(grant.expiresAt, at(30_000).toISOString());
    for (const wider of [{ seconds: 61 }, { viewings: 3 }, { recordIds: ['r1', 'r9'] }]) {
      assert.throws(() => approved(wider), refused('VALIDATION'));
    }
  });

  it("is approved only for records of the approver's departments", () => {
    const ofOne = { id: 'boss', departments: ['d1'] };
    assert.throws(() => answer(waiting(), { decision: 'approve', reason: 'x' }, ofOne, moment()), refused('FORBIDDEN'));
    const [event] = answer(waiting(), { decision: 'approve', reason: 'x', recordIds: ['r1'] }, ofOne, moment());
    assert.equal(event?.type, 'grant.approved');
  });

  it('is answered once and revoked only while in force', () => {
    assert.throws(
      () => answer(approved(), { decision: 'refuse', reason: 'x' }, approver, moment()),
      refused('STATE_NOT_ALLOWED'),
    );
    assert.throws(() => revoke(waiting(), 'person', 'x', t0), refused('STATE_NOT_ALLOWED'));
    assert.throws(() => revoke(approved(), 'person', 'x', at(60_000)), refused('STATE_NOT_ALLOWED'));
    const revoked = grow(approved(), revoke(approved(), 'person', 'x', t0), 'boss');
    assert.throws(() => requireInForce(revoked, t0), refused('GRANT_REVOKED'));
    assert.throws(() => requireInForce(waiting(), t0), refused('STATE_NOT_ALLOWED'));
  });

  it('says why before it says that a viewing was closed', () => {
    const closed = { state: 'closed' } as never;
    assert.throws(() => requireWatchable(closed, approved(), at(60_000)), refused('GRANT_EXPIRED'));
    assert.throws(() => requireWatchable(closed, approved(), t0), refused('VIEWING_CLOSED'));
  });
});

describe('retrieval/rules', () => {
  const record = { id: 'r', filmedBy: 'p', unclaimed: true, caseIds: ['c'], confidentiality: 'ordinary' };
  const found = {
    id: 'c',
    team: [{ id: 'm', personId: 'p', role: 'lead', from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T08:00:00.000Z' }],
  };
  const rule = (facts: object) =>
    ruleFor({ reason: 'case', personId: 'p', records: [record], case: found, now: t0, ...facts } as never)?.name;

  it('lets the filming officer see what is not linked yet', () => {
    assert.equal(rule({ reason: 'unlinked-record' }), 'filming-officer');
    assert.equal(rule({ reason: 'unlinked-record', personId: 'q' }), undefined);
    assert.equal(rule({ reason: 'unlinked-record', records: [record, { ...record, unclaimed: false }] }), undefined);
    assert.equal(rule({ reason: 'complaint' }), undefined);
  });

  it('lets the present team see what is linked to its case', () => {
    assert.equal(rule({ now: at(-1) }), 'case-team');
    assert.equal(rule({ now: t0 }), undefined, 'the membership has ended');
    assert.equal(rule({ now: at(-1), records: [record, { ...record, caseIds: [] }] }), undefined);
    assert.equal(rule({ now: at(-1), case: undefined }), undefined);
  });

  it('leaves what is sensitive to a person', () => {
    const sensitive = { ...record, confidentiality: 'sensitive' };
    assert.equal(rule({ now: at(-1), records: [sensitive] }), undefined);
    assert.equal(rule({ reason: 'unlinked-record', records: [sensitive] }), undefined);
  });
});
