import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkIdNumber } from '../../../server/subjects/id-numbers.ts';
import { maskAddress, maskIdNumber, maskPhone } from '../../../server/subjects/masks.ts';

const resident = '11010519491231002X';
const creditCode = '91350100M000100Y43';

describe('checkIdNumber', () => {
  it('takes the sample of GB 11643 in every form that people type', () => {
    for (const form of [
      resident,
      resident.toLowerCase(),
      ' 110105 19491231 002x ',
      '１１０１０５１９４９１２３１００２Ｘ',
      '110105-19491231-002X',
      `\ufeff${resident}\u200b`,
    ]) {
      assert.deepEqual(checkIdNumber('resident-id', form), { normalized: resident, valid: true });
    }
  });
  it('finds every wrong digit, and every pair that was swapped', () => {
    for (let at = 0; at < 18; at++) {
      for (const digit of '0123456789') {
        const other = resident.slice(0, at) + digit + resident.slice(at + 1);
        if (other !== resident) assert.equal(checkIdNumber('resident-id', other).valid, false, other);
      }
      const pair = resident.slice(at, at + 2);
      const swapped = resident.slice(0, at) + [...pair].reverse().join('') + resident.slice(at + 2);
      if (swapped !== resident) assert.equal(checkIdNumber('resident-id', swapped).valid, false, swapped);
    }
  });
  it('says why', () => {
    const reason = (value: string) => checkIdNumber('resident-id', value).reason;
    assert.equal(reason(''), 'empty');
    assert.equal(reason('110105491231002'), 'length');
    assert.equal(reason('1101051949123100XX'), 'characters');
    assert.equal(reason('٠١٠١٠٥١٩٤٩١٢٣١٠٠٢X'), 'characters');
    assert.equal(reason('001105194912310021'), 'region');
    assert.equal(reason('110105194902290021'), 'date');
    assert.equal(reason('110105194913010021'), 'date');
    assert.equal(reason('110105194900000021'), 'date');
    assert.equal(reason('110105194912310021'), 'check-digit');
    assert.equal(reason('11010520000229001?'), 'characters');
  });
  it('knows leap days', () => {
    const body = '11010520000229001';
    const found = [...'0123456789X'].filter((last) => checkIdNumber('resident-id', body + last).valid);
    assert.equal(found.length, 1);
  });
  it('checks unified social credit codes', () => {
    assert.deepEqual(checkIdNumber('credit-code', '91350100m000100y43'), { normalized: creditCode, valid: true });
    assert.equal(checkIdNumber('credit-code', '914403001922038216').valid, true);
    for (let at = 0; at < 18; at++) {
      for (const character of '0123456789ABCDEFGHJKLMNPQRTUWXY') {
        const other = creditCode.slice(0, at) + character + creditCode.slice(at + 1);
        if (other !== creditCode) assert.equal(checkIdNumber('credit-code', other).valid, false, other);
      }
    }
    assert.equal(checkIdNumber('credit-code', '9135010OM000100Y43').reason, 'characters');
    assert.equal(checkIdNumber('credit-code', '9135010').reason, 'length');
  });
  it('only normalises other types', () => {
    assert.deepEqual(checkIdNumber('passport', ' e１２３ 45678 '), { normalized: 'E12345678', valid: true });
    assert.deepEqual(checkIdNumber('other', '\u200b '), { normalized: '', valid: false, reason: 'empty' });
  });
});

describe('masks', () => {
  it('hide the middle of id numbers and keep their length', () => {
    assert.equal(maskIdNumber(resident), '110***********002X');
    assert.equal(maskIdNumber('E12345678'), 'E*******8');
    assert.equal(maskIdNumber('1234'), '****');
    assert.equal(maskIdNumber(''), '');
    assert.equal(maskIdNumber('𠮷12345'), '𠮷****5');
  });
  it('hide the middle of phones', () => {
    assert.equal(maskPhone('13812345678'), '138****5678');
    assert.equal(maskPhone('+86 138-1234-5678'), '+86 138-****-5678');
    assert.equal(maskPhone('0571-88881234'), '0571-****1234');
    assert.equal(maskPhone('88881234'), '******34');
    assert.equal(maskPhone('110'), '***');
    assert.equal(maskPhone('张三 13812345678'), '** 138****5678');
  });
  it('keep no more of an address than its district', () => {
    assert.equal(maskAddress('浙江省杭州市西湖区文三路1号2单元301室'), '浙江省杭州市西湖区***');
    assert.equal(maskAddress('北京市海淀区中关村大街1号'), '北京市海淀区***');
    assert.equal(maskAddress('浙江省金华市义乌市稠江街道'), '浙江省金华市义乌市***');
    assert.equal(maskAddress('内蒙古自治区锡林郭勒盟正镶白旗某镇'), '内蒙古自治区锡林郭勒盟正镶白旗***');
    assert.equal(maskAddress('文三路阳光小区3幢'), '***');
    assert.equal(maskAddress('杭州市幸福社区5号'), '杭州市***');
    assert.equal(maskAddress('菜市场路12号'), '***');
    assert.equal(maskAddress('221B Baker Street'), '***');
    assert.equal(maskAddress(' '), '');
  });
});
