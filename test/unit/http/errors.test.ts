import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Fault, invalid } from '../../../server/errors.ts';
import { catalogue, type FaultCode } from '../../../server/faults/catalogue.ts';
import { faultOf, problemOf } from '../../../server/http/problem.ts';
import { VersionNotMatched } from '../../../server/ledger/ledger.ts';
import { ClaimTaken } from '../../../server/ledger/sequencer.ts';

describe('errors', () => {
  it('each say the same in Chinese and English, of the same particulars', () => {
    const known = new Set<string>();
    for (const code of Object.keys(catalogue) as FaultCode[]) {
      const asked = { zh: new Set<string>(), en: new Set<string>() };
      for (const language of ['zh', 'en'] as const) {
        const params = new Proxy({}, { get: (_, name: string) => asked[language].add(name) && `<${name}>` });
        const { title, detail } = new Fault(code, { params }).words(language);
        assert.ok(title && detail, code);
        assert.equal(/[\u4e00-\u9fff]/.test(title), language === 'zh', code);
        assert.doesNotMatch(title + detail, /[{}]/, code);
        assert.ok(!known.has(title), `${code}: another has the title ${title}`);
        known.add(title);
      }
      assert.deepEqual(asked.zh, asked.en, code);
      const { status } = new Fault(code);
      assert.ok(status >= 400 && status < 600, code);
    }
  });

  it('become problems (RFC 9457) with nothing beyond what the catalogue says', () => {
    const secret = Object.assign(new Error('/var/lib/secret'), { status: 500, expose: true, type: 'secret' });
    for (const inside of [secret, 'secret', undefined, null, { status: 400, secret: 1 }, new TypeError('secret')]) {
      const fault = faultOf(inside);
      assert.equal(fault.code, 'INTERNAL');
      assert.doesNotMatch(JSON.stringify(problemOf(fault, 'en', 'id')), /secret/);
    }
    const errors = [{ pointer: '/a', detail: 'x' }];
    assert.deepEqual(Object.keys(problemOf(new Fault('VALIDATION', { errors }), 'zh', 'id')), [
      ...['type', 'title', 'status', 'detail', 'code', 'requestId', 'errors'],
    ]);
    assert.equal(faultOf(new VersionNotMatched()).code, 'PRECONDITION_FAILED');
    assert.equal(faultOf(Object.assign(new Error(), { code: 'ENOSPC' })).status, 507);
    assert.equal(faultOf(new ClaimTaken('username/0123abcd', 1)).words('en').detail, 'username is in use.');
  });

  it('say what is wrong with a field in the language asked for', () => {
    const fault = invalid('/stage', 'not a stage of a case of kind {kind}', { kind: 'penalty' });
    assert.deepEqual(fault.fields('en'), [{ pointer: '/stage', detail: 'not a stage of a case of kind penalty' }]);
    assert.deepEqual(fault.fields('zh'), [{ pointer: '/stage', detail: '“行政处罚”案件没有该阶段' }]);
    const told = new Fault('VALIDATION', { errors: [{ pointer: '/a', detail: '必须是数字' }] });
    assert.equal(told.fields('zh')[0]?.detail, '必须是数字');
  });

  it('call states, stages and names what a clerk calls them', () => {
    const detail = (code: 'STATE_NOT_ALLOWED' | 'UNKNOWN_REFERENCE', params: Record<string, string>) =>
      new Fault(code, { params }).words('zh').detail;
    assert.equal(faultOf(new ClaimTaken('case-number/0123abcd', 1)).words('zh').detail, '案号 已被使用。');
    assert.equal(detail('STATE_NOT_ALLOWED', { state: 'used-up' }), '当前状态：次数已用完。');
    assert.equal(detail('STATE_NOT_ALLOWED', { state: 'INVESTIGATE' }), '当前状态：调查取证。');
    assert.equal(detail('UNKNOWN_REFERENCE', { what: 'caseId 019aaf3e' }), '案件 019aaf3e 不存在。');
    assert.equal(detail('UNKNOWN_REFERENCE', { what: 'constructor' }), 'constructor 不存在。');
  });
});
