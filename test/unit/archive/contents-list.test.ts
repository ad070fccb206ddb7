import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { contentsList } from '../../../server/archive/contents-list.ts';
import type { RecordState } from '../../../server/records/events.ts';

const record = (fields: Partial<RecordState>): RecordState =>
  ({
    ...{ id: 'r', state: 'sealed', kind: 'video', title: '现场', name: 'a.mp4', size: 1, findings: [], links: [] },
    sortTime: '2026-01-01T16:30:00.000Z',
    ...fields,
  }) as unknown as RecordState;

describe('list of contents', () => {
  const row = (fields: Partial<RecordState>) =>
    contentsList(
      [{ record: record(fields), stage: 'INSPECT', file: 'data/originals/0001.mp4', author: '陈' }],
      'Asia/Shanghai',
    )[1]!;

  it('tells the day in the zone of the agency, and the length of footage', () => {
    const cells = row({ probe: { durationMs: 3_723_400 } });
    assert.equal(cells[4], '2026-01-02');
    assert.equal(cells[6], '1:02:03');
    assert.equal(row({ probe: { status: 'failed' } })[6], '');
  });

  it('says why an original is not there', () => {
    assert.match(row({ state: 'quarantined', quarantineReason: 'digest-mismatch' })[9]!, /已隔离（digest-mismatch）/);
  });

  it('has as many columns in each row as in its head', () => {
    const [head, first] = contentsList([{ record: record({}), stage: undefined, file: undefined, author: '' }], 'UTC');
    assert.equal(first?.length, head?.length);
  });
});
