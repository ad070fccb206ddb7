import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { CaseState } from '../../../server/cases/events.ts';
import { answer, carriedOut, demandDisposable, type Verdict } from '../../../server/disposal/commands.ts';
import { type DisposalEvent, type DisposalState, disposalKind } from '../../../server/disposal/events.ts';
import { judge } from '../../../server/disposal/judging.ts';
import { Fault } from '../../../server/errors.ts';
import { policySet } from '../../../server/policy/policy-set.ts';
import type { RecordState } from '../../../server/records/events.ts';
import { type ObjectEvent, type ObjectState, objectKind } from '../../../server/records/object-kind.ts';

const meta = (time = '2026-05-01T00:00:00.000Z', id = 'x') => ({
  ...{ chain: 'a', seq: 1, id, version: 1, time },
  actor: { id: 'archivist', role: 'x', via: 'session' as const },
});
const refused = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const object = { sha256: 'a'.repeat(64), size: 7 };
const sealed = {
  ...{ id: 'r', state: 'sealed', departmentId: 'd', caseIds: [], links: [], object },
  ...{ receivedAt: '2026-01-01T00:00:00.000Z', sealedAt: '2026-01-01T00:00:00.000Z' },
} as unknown as RecordState;
const grounds = (now: string) => ({ policy: policySet, zone: 'Asia/Shanghai', now: new Date(now), departmentId: 'd' });
const none = new Map<string, CaseState>();

describe('disposal', () => {
  it('is of what is sealed and whose term is over, to the millisecond', () => {
    const listed = { recordId: 'r', sha256: object.sha256, size: 7, termEnded: '2026-07-01T00:00:00.000Z' };
    assert.deepEqual(judge(sealed, none, grounds('2026-06-30T23:59:59.999Z')), { obstacle: 'term-not-over' });
    assert.deepEqual(judge(sealed, none, grounds('2026-07-01T00:00:00.000Z')), { listed });
    const late = grounds('2100-01-01T00:00:00.000Z');
    assert.deepEqual(judge(undefined, none, late), { obstacle: 'not-there' });
    assert.deepEqual(judge({ ...sealed, state: 'disposed' }, none, late), { obstacle: 'disposed' });
    assert.deepEqual(judge({ ...sealed, departmentId: 'e' }, none, late), { obstacle: 'other-department' });
    const { object: _, ...bare } = sealed;
    assert.deepEqual(judge(bare as RecordState, none, late), { obstacle: 'not-sealed' });
    assert.deepEqual(judge({ ...sealed, mark: 'obstruction' }, none, late), { obstacle: 'term-not-over' });
    assert.deepEqual(
      judge({ ...sealed, caseIds: ['c'] }, none, late),
      { obstacle: 'term-not-over' },
      'a case not known',
    );
  });

  it('is refused with the gravest obstacle and a pointer to each', () => {
    const listed = { recordId: 'r1', sha256: object.sha256, size: 7, termEnded: '2026-07-01T00:00:00.000Z' };
    const verdicts: Verdict[] = [
      { recordId: 'r0', obstacle: 'in-use' },
      { recordId: 'r1', listed },
      { recordId: 'r2', obstacle: 'term-not-over' },
    ];
    assert.deepEqual(demandDisposable([verdicts[1] as Verdict]), [listed]);
    assert.throws(
      () => demandDisposable(verdicts),
      (error: Fault) => {
        assert.equal(error.code, 'TERM_NOT_OVER');
        assert.deepEqual(
          error.errors.map(({ pointer }) => pointer),
          ['/recordIds/0', '/recordIds/2'],
        );
        return true;
      },
    );
  });

  it('is answered once, by another person of the department', () => {
    const data = {
      departmentId: 'd',
      basis: 'x',
      records: [{ recordId: 'r', ...object, termEnded: 't' }],
      policyVersion: 1,
    };
    const grow = (state: DisposalState | undefined, ...events: DisposalEvent[]) =>
      events.reduce<DisposalState | undefined>((known, event) => disposalKind.fold(known, event, meta()), state);
    const list = grow(undefined, { type: 'disposal.proposed', data }) as DisposalState;
    const yes = { decision: 'approve' as const, reason: 'ok' };
    assert.throws(() => answer(list, yes, { id: 'archivist', departments: ['d'] }), refused('SEGREGATION'));
    assert.throws(() => answer(list, yes, { id: 'boss', departments: ['e'] }), refused('FORBIDDEN'));
    const approved = grow(list, ...answer(list, yes, { id: 'boss', departments: ['d'] })) as DisposalState;
    assert.equal(approved.state, 'approved');
    assert.throws(() => answer(approved, yes, { id: 'boss', departments: ['d'] }), refused('STATE_NOT_ALLOWED'));
    assert.deepEqual(carriedOut(list, []), []);
    const ended = grow(approved, ...carriedOut(approved, [])) as DisposalState;
    assert.deepEqual([ended.state, carriedOut(ended, [])], ['carried-out', []]);
  });

  it('lets an original go with its last record, and takes it in again', () => {
    const grow = (state: ObjectState | undefined, ...events: ObjectEvent[]) =>
      events.reduce<ObjectState | undefined>(
        (known, event) => objectKind.fold(known, event, meta()),
        state,
      ) as ObjectState;
    const refer = (recordId: string): ObjectEvent => ({ type: 'object.referenced', data: { recordId, size: 7 } });
    const release = (recordId: string): ObjectEvent => ({ type: 'object.released', data: { recordId } });
    const two = grow(undefined, refer('r1'), refer('r2'));
    assert.equal(two.due, false);
    const one = grow(two, release('r1'));
    assert.deepEqual([one.records, one.releasedAt, one.due], [['r2'], undefined, true]);
    const proofs = grow(one, { type: 'object.destroyed', data: { original: false, proofsOf: ['r1'] } });
    assert.equal(proofs.due, false);
    const released = grow(proofs, release('r2'), { type: 'object.destruction-begun', data: {} });
    assert.ok(released.releasedAt && released.destroyingAt && released.due);
    const gone = grow(released, { type: 'object.destroyed', data: { original: true, proofsOf: ['r2'] } });
    assert.deepEqual([gone.destroyingAt, Boolean(gone.destroyedAt), gone.due], [undefined, true, false]);
    const back = grow(gone, refer('r3'));
    assert.deepEqual(
      [back.records, back.releasedAt, back.destroyedAt, back.due],
      [['r3'], undefined, undefined, false],
    );
  });
});
