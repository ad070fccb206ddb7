import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { endOf, isOver, longer, periodOf, type Term, termOf, termOfCase } from '../../../server/archive/term.ts';
import type { CaseState } from '../../../server/cases/events.ts';
import { caseKinds } from '../../../server/policy/case-kinds.ts';
import { policySet } from '../../../server/policy/policy-set.ts';
import { caseRetention } from '../../../server/policy/retention.ts';
import type { RecordState } from '../../../server/records/events.ts';

const rules = { policy: policySet, zone: 'Asia/Shanghai' };
const file = (told: Partial<CaseState>) => ({ id: 'c', kind: 'penalty', ...told }) as CaseState;
const set = (period: '10y' | '30y' | 'permanent') => ({ retention: { period, reason: '', by: '', at: '' } });
const record = (told: Partial<RecordState>) =>
  ({ state: 'sealed', receivedAt: '2026-01-10T00:00:00.000Z', caseIds: [], ...told }) as RecordState;
const sealed = (told: Partial<RecordState> = {}) => record({ sealedAt: '2026-01-15T08:00:00.000Z', ...told });
const term = (told: RecordState, ...files: CaseState[]) =>
  termOf(told, new Map(files.map((one) => [one.id, one])), rules);

describe('the term of a case', () => {
  it('is open while it is not archived, closed or not', () => {
    const because = { rule: 'case-open', caseId: 'c', period: '10y' };
    assert.deepEqual(termOfCase(file(set('10y')), rules), { until: 'open', because });
    const closed = file({ ...set('10y'), state: 'closed', closedAt: '2026-01-01T00:00:00.000Z' });
    assert.deepEqual(termOfCase(closed, rules), { until: 'open', because });
  });

  it('is counted from the 1st of January after its archiving, in the zone of the agency', () => {
    const until = (archivedAt: string, period: '10y' | '30y') =>
      termOfCase(file({ archivedAt, ...set(period) }), rules).until;
    assert.equal(until('2026-03-01T00:00:00.000Z', '10y'), '2036-12-31T16:00:00.000Z');
    assert.equal(until('2026-12-31T15:59:59.999Z', '30y'), '2056-12-31T16:00:00.000Z');
    assert.equal(until('2026-12-31T16:00:00.000Z', '30y'), '2057-12-31T16:00:00.000Z');
  });

  it('is permanent from the first when its class is, archived or not', () => {
    assert.equal(termOfCase(file(set('permanent')), rules).until, 'permanent');
    assert.equal(termOfCase(file({ kind: 'coercion' }), rules).until, 'permanent');
  });

  it('follows the policy set until it is appraised; every kind has a class with its source', () => {
    for (const kind of caseKinds) {
      assert.equal(periodOf(file({ kind })), caseRetention[kind].period);
      assert.match(caseRetention[kind].citation, /第十九条/);
      assert.equal(periodOf(file({ kind, ...set('10y') })), '10y');
    }
  });
});

describe('the term of a record', () => {
  const archived = (id: string, period: '10y' | '30y' | 'permanent') =>
    file({ id, archivedAt: '2026-03-01T00:00:00.000Z', ...set(period) });

  it('is six months from its sealing in no case, and ends on the last day of a shorter month', () => {
    assert.deepEqual(term(sealed()), { until: '2026-07-15T08:00:00.000Z', because: { rule: 'unlinked' } });
    assert.equal(term(sealed({ sealedAt: '2026-08-31T04:00:00.000Z' })).until, '2027-02-28T04:00:00.000Z');
  });

  it('has no end before it is sealed, and is counted from its receipt in quarantine', () => {
    assert.deepEqual(term(record({ state: 'received' })), { until: 'open', because: { rule: 'unsealed' } });
    const because = { rule: 'quarantined' };
    assert.deepEqual(term(record({ state: 'quarantined' })), { until: '2026-07-10T00:00:00.000Z', because });
  });

  it('is that of its case, in quarantine too', () => {
    const because = { rule: 'case', caseId: 'a', period: '10y' };
    const expected = { until: '2036-12-31T16:00:00.000Z', because };
    assert.deepEqual(term(sealed({ caseIds: ['a'] }), archived('a', '10y')), expected);
    assert.deepEqual(term(record({ state: 'quarantined', caseIds: ['a'] }), archived('a', '10y')), expected);
  });

  it('is the longest of several: permanent before open before the later instant, in any order', () => {
    const ten = archived('ten', '10y');
    const thirty = archived('thirty', '30y');
    const open = file({ id: 'open', ...set('10y') });
    const permanent = file({ id: 'permanent', ...set('permanent') });
    const of = (...files: CaseState[]) => term(sealed({ caseIds: files.map(({ id }) => id) }), ...files).because.caseId;
    assert.equal(of(ten, thirty), 'thirty');
    assert.equal(of(thirty, ten), 'thirty');
    assert.equal(of(open, thirty), 'open');
    assert.equal(of(thirty, open), 'open');
    assert.equal(of(open, permanent), 'permanent');
    assert.equal(of(permanent, open, thirty), 'permanent');
  });

  it('is open when a case that it names is not known', () => {
    const because = { rule: 'case-open', caseId: 'gone' };
    assert.deepEqual(term(sealed({ caseIds: ['gone'] })), { until: 'open', because });
  });

  it('is permanent where coercion or obstruction was marked, and not where something was merely key', () => {
    for (const mark of ['coercion', 'obstruction'] as const) {
      assert.deepEqual(term(sealed({ mark })), { until: 'permanent', because: { rule: 'mark', mark } });
      assert.equal(term(record({ state: 'received', mark })).until, 'permanent');
      assert.equal(term(sealed({ mark, caseIds: ['a'] }), archived('a', '10y')).until, 'permanent');
    }
    assert.equal(term(sealed({ mark: 'key' })).because.rule, 'unlinked');
  });
});

describe('a term', () => {
  const at = (until: Term['until']): Term => ({ until, because: { rule: 'unlinked' } });
  const end = '2026-07-15T08:00:00.000Z';

  it('is over from its end on, and never without one', () => {
    assert.ok(!isOver(at(end), new Date(Date.parse(end) - 1)));
    assert.ok(isOver(at(end), new Date(end)));
    for (const until of ['open', 'permanent'] as const) {
      assert.ok(!isOver(at(until), new Date('9999-01-01T00:00:00.000Z')));
      assert.equal(endOf(at(until)), undefined);
    }
  });

  it('is the first of two that end together', () => {
    const [a, b] = [at(end), at(end)];
    assert.equal(longer(a, b), a);
  });
});
