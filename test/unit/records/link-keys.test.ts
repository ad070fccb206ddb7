import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RecordLink } from '../../../server/records/events.ts';
import { caseKey, caseWideKey, linkKeys, subjectKey } from '../../../server/records/link-keys.ts';

const link = (said: Partial<RecordLink>): RecordLink => ({ linkId: 'l', by: 'p', at: 't', ...said });

describe('link keys', () => {
  it('answer exactly the questions that a link is an answer to', () => {
    const keys = linkKeys([link({ subjectId: 's', caseId: 'c', stage: 'FILE' })]);
    for (const key of [
      subjectKey('s'),
      subjectKey('s', 'c'),
      subjectKey('s', '*', 'FILE'),
      subjectKey('s', 'c', 'FILE'),
    ]) {
      assert.ok(keys.includes(key), key);
    }
    for (const key of [caseKey('c'), caseKey('c', 'FILE')]) assert.ok(keys.includes(key), key);
    for (const key of [caseWideKey('c'), subjectKey('s', 'd'), caseKey('c', 'CLOSE'), subjectKey('t')]) {
      assert.ok(!keys.includes(key), key);
    }
  });

  it('do not mix two links into one', () => {
    const keys = linkKeys([link({ subjectId: 's', caseId: 'c' }), link({ caseId: 'd', stage: 'FILE' })]);
    assert.ok(keys.includes(caseWideKey('d', 'FILE')));
    for (const key of [subjectKey('s', 'd'), subjectKey('s', 'c', 'FILE'), caseWideKey('c')])
      assert.ok(!keys.includes(key), key);
  });

  it('forget a link that ended', () => {
    assert.deepEqual(linkKeys([link({ subjectId: 's', ended: { by: 'p', at: 't', reason: 'x' } })]), []);
  });
});
