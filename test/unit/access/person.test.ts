import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { exclusiveRoles, type Role, roles } from '../../../server/access/matrix.ts';
import { type PersonEvent, type PersonState, personKind } from '../../../server/access/person.ts';
import { correct, leave, register, setRoles } from '../../../server/access/person-commands.ts';
import type { FaultCode } from '../../../server/errors.ts';

const meta = {
  chain: 'c',
  seq: 0,
  id: 'p1',
  version: 1,
  time: '2026-01-01T00:00:00.000Z',
  actor: { id: 'x', role: 'sysadmin', via: 'session' as const },
};
const fold = (events: readonly PersonEvent[], state?: PersonState) =>
  events.reduce<PersonState | undefined>((folded, event) => personKind.fold(folded, event, meta), state) as PersonState;
const code = (expected: FaultCode) => (error: { code?: string }) => error.code === expected;

const person = fold(register({ name: '王丽', username: 'wangli', certificateNo: 'ZJ1' }));

describe('a person', () => {
  it('claims names and numbers, and gives back those that are left', () => {
    const claims = (events: PersonEvent[], before?: PersonState) =>
      events.map((event) => personKind.claims?.(event, before));
    const [first] = claims(register({ name: '王丽', username: 'wangli', certificateNo: 'zj1' }));
    assert.deepEqual(
      first?.take?.map(({ value }) => value),
      ['wangli', 'ZJ1'],
    );
    const [moved] = claims(correct(person, { username: 'wang', certificateNo: null }), person);
    assert.deepEqual(
      moved?.take?.map(({ value }) => value),
      ['wang'],
    );
    assert.deepEqual(
      moved?.release?.map(({ value }) => value),
      ['wangli', 'ZJ1'],
    );
    const [same] = claims(correct(person, { certificateNo: 'zj1' }), person);
    assert.deepEqual(same, { take: [], release: [] });
  });

  it('is corrected only where something differs', () => {
    assert.deepEqual(correct(person, { name: '王丽', username: 'wangli', certificateNo: 'ZJ1' }), []);
    const corrected = fold(correct(person, { name: '王莉', certificateNo: null }), person);
    assert.deepEqual([corrected.name, 'certificateNo' in corrected, corrected.search], ['王莉', false, '王莉\nwangli']);
  });

  it('never holds two of the three administrators’ roles', () => {
    for (const one of roles) {
      for (const two of roles) {
        const exclusive = one !== two && exclusiveRoles.includes(one) && exclusiveRoles.includes(two);
        const set = () => setRoles(person, [one, two] as Role[], 'other');
        if (exclusive) assert.throws(set, code('ROLES_INCOMPATIBLE'));
        else assert.equal(set().length, 1);
      }
    }
    assert.throws(() => setRoles(person, ['officer'], person.id), code('SELF_ACTION'));
    assert.deepEqual(setRoles(person, [], 'other'), []);
  });

  it('leaves a department once', () => {
    const joined: PersonEvent = {
      type: 'person.membership-begun',
      data: { id: 'm', departmentId: 'd', from: '2026-01-01T00:00:00.000Z' },
    };
    const member = fold([joined], person);
    const [end, now] = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
    const left = fold(leave(member, 'm', end, now), member);
    assert.equal(left.memberships[0]?.to, end);
    assert.throws(() => leave(left, 'm', now, now), code('STATE_NOT_ALLOWED'));
    assert.throws(() => leave(member, 'n', now, now), code('NOT_FOUND'));
    assert.throws(() => leave(member, 'm', '2025-01-01T00:00:00.000Z', now), code('VALIDATION'));
  });
});
