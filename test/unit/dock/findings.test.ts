import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { partsOf } from '../../../scripts/dock/day.ts';
import type { Facts } from '../../../scripts/dock/facts.ts';
import { compareFiles, lateness } from '../../../scripts/dock/findings.ts';
import { loadProfiles } from '../../../scripts/dock/profile.ts';
import type { FileRow } from '../../../scripts/dock/state.ts';
import { DOCK_DAY_LIMIT, encodeDockDay } from '../../../signing/dock-day.ts';

const profiles = loadProfiles();
const found = (name: string, ...files: Facts[]) =>
  compareFiles(
    profiles.find(({ profile }) => profile === name)!,
    files.map((facts, n) => row(`f${n}.mp4`, facts)),
  ).map(({ code, detail }) => `${code} ${detail}`);
const row = (shown: string, facts: Facts) => ({ shown, facts }) as FileRow;
const at = (minutes: number, more: Facts = {}): Facts => ({
  device: 'TA00716',
  from: new Date(Date.UTC(2026, 10, 23, 1, minutes)).toISOString(),
  ...more,
});

describe('findings of a card', () => {
  it('are numbers that are missing, of each device by itself', () => {
    assert.deepEqual(found('ga-t-947-a', ...[1, 2, 3].map((sequence) => ({ sequence }))), []);
    assert.deepEqual(found('ga-t-947-a', ...[1, 3, 7].map((sequence) => ({ sequence }))), [
      'sequence-gap 2',
      'sequence-gap 4–6',
    ]);
    const two = [
      { device: 'A', sequence: 1 },
      { device: 'B', sequence: 3 },
    ];
    assert.deepEqual(found('ga-t-947-a', ...two), []);
  });

  it('are time that is missing where the camera had cut by length, and only there', () => {
    assert.deepEqual(found('ga-t-947-a', at(0, { seconds: 300 }), at(5)), []);
    assert.deepEqual(found('ga-t-947-a', at(0, { seconds: 300 }), at(6, { seconds: 10 })), [
      'segment-gap f0.mp4 – f1.mp4: 60 s',
    ]);
    assert.deepEqual(found('ga-t-947-a', at(0, { seconds: 123 }), at(6, { seconds: 10 })), [], 'it was stopped');
    assert.deepEqual(found('ga-t-947-a', at(0, { seconds: 300 }), at(50, { seconds: 10 })), [], 'another recording');
  });

  it('are chapters that are missing', () => {
    const chapters = (...segments: number[]) => segments.map((segment) => ({ recording: '0001', segment }));
    assert.deepEqual(found('gopro', ...chapters(1, 2, 3)), []);
    assert.deepEqual(found('gopro', ...chapters(1, 3)), ['segment-missing 0001: 2']);
    assert.deepEqual(found('gopro', ...chapters(2, 4)), ['segment-missing 0001: 1, 3']);
  });

  it('are a later number with an earlier time', () => {
    assert.deepEqual(found('ga-t-947-a', at(30, { sequence: 1 }), at(10, { sequence: 2 })), [
      'clock-jump f0.mp4 – f1.mp4',
    ]);
  });

  it('are files that come later than the policy allows', () => {
    const now = new Date(Date.UTC(2026, 10, 24, 2));
    assert.deepEqual(lateness(row('a.mp4', at(0)), now, 24), [{ code: 'late-upload', detail: 'a.mp4: 25 h' }]);
    assert.deepEqual(lateness(row('a.mp4', at(0)), now, 25), []);
    assert.deepEqual(lateness(row('a.mp4', {}), now, 1), []);
  });

  it('stand in as many statements as they need, however long names are, and none is lost', () => {
    const seen = Array.from({ length: 1000 }, (_, n) => ({
      name: `${n} ${'长'.repeat(1000)}`,
      size: 1,
      state: 'kept',
    }));
    const findings = Array.from({ length: 1000 }, (_, n) => ({ code: 'symlink', detail: `${n} ${'"'.repeat(490)}` }));
    const parts = partsOf(seen, findings);
    for (const part of parts) {
      const { length } = encodeDockDay({
        ...{ v: 1, kind: 'tiezheng.dock-day', agency: 'a', dock: 'd', day: '2026-11-23', zone: 'Asia/Shanghai' },
        ...{ madeAt: '2026-11-23T00:00:00.000Z', device: 'TA00716', ...part },
      });
      assert.ok(length < DOCK_DAY_LIMIT, `${length}`);
    }
    assert.deepEqual(
      parts.flatMap((part) => part.seen),
      seen,
    );
    assert.deepEqual(
      parts.flatMap((part) => part.findings),
      findings,
    );
    assert.deepEqual(partsOf([], []), [{ seen: [], findings: [] }]);
  });
});
