import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Fault } from '../../../server/errors.ts';
import { correct, identityOf, register } from '../../../server/subjects/commands.ts';
import type { SubjectState } from '../../../server/subjects/events.ts';
import { checkIdNumber } from '../../../server/subjects/id-numbers.ts';
import { maskEmail } from '../../../server/subjects/masks.ts';

const NUMBER = '11010519491231002X';
const today = '2026-11-03';

const state: SubjectState = {
  ...{ id: 's', type: 'person', name: '某人', minor: false, provisional: false, phone: '13800000000' },
  ...{ identity: { type: 'resident-id', number: NUMBER } },
  ...{ externalIds: [], registeredAt: '', registeredBy: '', search: '某人' },
};

const faultOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return [error.code, error.errors[0]?.pointer];
  }
  return undefined;
};

describe('subject commands', () => {
  it('take a number in any form, and half of an identity in none', () => {
    assert.deepEqual(
      identityOf({ idType: 'resident-id', idNumber: '１１０１０５１９４９１２３１００２ｘ' }),
      state.identity,
    );
    assert.deepEqual(
      faultOf(() => identityOf({ idType: 'resident-id' })),
      ['VALIDATION', '/idNumber'],
    );
    assert.deepEqual(
      faultOf(() => identityOf({ idNumber: NUMBER })),
      ['VALIDATION', '/idType'],
    );
    assert.deepEqual(
      faultOf(() => identityOf({ idType: 'other', idNumber: '\u200b' })),
      ['VALIDATION', '/idNumber'],
    );
    const wrong = { idType: 'resident-id' as const, idNumber: '110105194912310021' };
    assert.deepEqual(
      faultOf(() => identityOf(wrong)),
      ['ID_NUMBER_INVALID', '/idNumber'],
    );
    const kept = identityOf({ ...wrong, idNumberReason: '原件如此' });
    assert.deepEqual(kept, { type: 'resident-id', number: wrong.idNumber, fault: 'check-digit', reason: '原件如此' });
  });

  it('see a minor until the day of the eighteenth birthday, unless told', () => {
    const withDigit = (digit: string) => `11010520081104001${digit}`;
    const passes = (idNumber: string) => checkIdNumber('resident-id', idNumber).valid;
    const valid = [...'0123456789X'].map(withDigit).find(passes);
    const child = { type: 'person', name: '某', idType: 'resident-id', idNumber: valid } as const;
    const minorOn = (day: string, told = {}) => (register({ ...child, ...told }, day).data as { minor: boolean }).minor;
    assert.equal(minorOn('2026-11-03'), true);
    assert.equal(minorOn('2026-11-04'), false);
    assert.equal(minorOn('2030-01-01', { minor: true }), true);
  });

  it('correct only what differs', () => {
    const same = {
      name: '某人',
      idType: 'resident-id' as const,
      idNumber: NUMBER,
      contacts: { phone: '13800000000', email: null },
    };
    assert.deepEqual(correct(state, same, '核对'), []);
    const [event] = correct(state, { ...same, contacts: { phone: null } }, '注销');
    assert.deepEqual(event?.data, { fields: { phone: null }, reason: '注销' });
    assert.deepEqual(
      faultOf(() => register({ type: 'organisation' }, today)),
      ['VALIDATION', '/name'],
    );
  });

  it('mask an address of mail down to its domain', () => {
    assert.equal(maskEmail('zhang@example.com'), 'z***@example.com');
    assert.equal(maskEmail('@'), '***');
  });
});
