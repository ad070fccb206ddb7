import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type RecordEvent, type RecordState, recordKind } from '../../../server/records/events.ts';
import { ruleFor } from '../../../server/retrieval/rules.ts';

const now = new Date('2026-05-01T08:00:00.000Z');

function record(filmedBy: string, corrections: [string, object][] = [], confidentiality = 'ordinary'): RecordState {
  const meta = (id: string) => ({
    chain: 'a',
    seq: 1,
    id: 'r1',
    version: 1,
    time: now.toISOString(),
    actor: { id, role: 'officer', via: 'session' as const },
  });
  const arrival = {
    door: 'tus',
    source: 'upload',
    kind: 'video',
    title: '',
    name: 'a.mp4',
    size: 1,
    declared: {},
    departmentId: 'd1',
    uploadedBy: 'dock',
    filmedBy,
    confidentiality,
    findings: [],
  };
  const received = { type: 'record.received', data: arrival } as unknown as RecordEvent;
  return corrections.reduce(
    (state, [by, fields]) =>
      recordKind.fold(state, { type: 'record.corrected', data: { fields, reason: 'x' } }, meta(by)),
    recordKind.fold(undefined, received, meta('dock')),
  );
}

const granted = (personId: string, one: RecordState) =>
  ruleFor({ reason: 'unlinked-record', personId, records: [one], case: undefined, now })?.name;

describe('retrieval/rules', () => {
  it('let the filming officer watch at once what nothing claims yet', () => {
    assert.equal(granted('p1', record('p1')), 'filming-officer');
    assert.equal(granted('p2', record('p1')), undefined);
    assert.equal(granted('p1', record('p1', [], 'sensitive')), undefined);
  });

  it('open nothing to who wrote into the record what the rule rests on', () => {
    assert.equal(granted('p2', record('p1', [['p2', { filmedBy: 'p2' }]])), undefined);
    assert.equal(granted('p2', record('p1', [['p3', { filmedBy: 'p2' }]])), 'filming-officer');
    assert.equal(granted('p1', record('p1', [['p1', { confidentiality: 'ordinary' }]], 'sensitive')), undefined);
    assert.equal(
      granted('p1', record('p1', [['p3', { confidentiality: 'ordinary' }]], 'sensitive')),
      'filming-officer',
    );
    assert.equal(granted('p1', record('p1', [['p1', { title: 'x' }]])), 'filming-officer');
  });
});
