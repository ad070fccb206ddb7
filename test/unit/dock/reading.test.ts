import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { aheadBy, readClock } from '../../../scripts/dock/clock.ts';
import { factsOf, isIgnored, profileOf } from '../../../scripts/dock/facts.ts';
import { cleanName } from '../../../scripts/dock/names.ts';
import { loadProfiles, ProfileRefused } from '../../../scripts/dock/profile.ts';
import { readSidecar } from '../../../scripts/dock/sidecar.ts';

const ZONE = 'Asia/Shanghai';
const profiles = loadProfiles();
const profile = (name: string) => profiles.find((each) => each.profile === name)!;
const facts = (name: string, path: string, told: Record<string, string> = {}) =>
  factsOf(profile(name), path, new Map(Object.entries(told)), ZONE);

describe('what cards tell', () => {
  it('is read out of names by the profile that knows the most of them', () => {
    const chosen = (...paths: string[]) => profileOf(profiles, paths).profile;
    assert.equal(chosen('20261123/TA00716_JX0227_20261123093601.mp4', 'README'), 'ga-t-947-a');
    assert.equal(chosen('1234567@202611230936010001.mp4'), 'ga-t-947-a');
    assert.equal(chosen('33010600_33010600001190000001202611230936010101202611240800000001.mp4'), 'ga-t-947-c');
    assert.equal(chosen('DCIM/100GOPRO/GX010123.MP4', 'DCIM/100GOPRO/GX020123.MP4'), 'gopro');
    assert.equal(chosen('DCIM/100CANON/IMG_0001.JPG'), 'dcim');
    assert.equal(chosen('巡查.mp4'), 'plain');
    assert.equal(chosen('LOG/20261123.log'), 'ga-t-947-a', 'nothing else is left');
    assert.equal(chosen('MISC/version.txt'), 'gopro');
  });

  it('is device, officer, time, number and mark', () => {
    const { stamp, ...recorder } = facts('ga-t-947-a', 'd/ta00716_JX0227_20261123093601_0007.mp4');
    assert.deepEqual(recorder, { device: 'TA00716', from: '2026-11-23T01:36:01.000Z', sequence: 7 });
    assert.equal(stamp, '20261123093601');
    assert.equal(
      facts('ga-t-947-c', '33010600_33010600001190000001202611230936010101202611240800000001.mp4').mark,
      'key',
    );
    assert.deepEqual(facts('gopro', 'DCIM/100GOPRO/GX020123.MP4'), { recording: '0123', segment: 2 });
    assert.equal(facts('ga-t-947-a', 'TA00716_JX0227_20261323093601.mp4').from, undefined, 'there is no 13th month');
  });

  it('is what the sidecar says where there is one, in UTF-8 or GBK, in three forms', () => {
    const gbk = Buffer.concat([
      Buffer.from('<x><bzlx>'),
      Buffer.from('c7bfd6c6', 'hex'),
      Buffer.from('</bzlx><wjsc>12</wjsc></x>'),
    ]);
    for (const [bytes, mark] of [
      [gbk, 'coercion'],
      [Buffer.from('{"bzlx":"阻碍","wjsc":12}'), 'obstruction'],
      [Buffer.from('bzlx = 1\r\nwjsc=12\r\n'), 'key'],
      [Buffer.from('bzlx=7\nwjsc=12'), '7'],
    ] as const) {
      const told = Object.fromEntries(readSidecar(bytes));
      const { mark: read, seconds } = facts('ga-t-947-a', 'TA00716_JX0227_20261123093601.mp4', told);
      assert.deepEqual([read, seconds], [mark, 12]);
    }
    for (const hostile of ['{', '{"a":{}}', '<a><b></a>', '\0\0', '='.repeat(70_000)])
      readSidecar(Buffer.from(hostile));
  });

  it('leaves logs and what a camera keeps for itself alone', () => {
    assert.ok(isIgnored(profile('ga-t-947-a'), 'LOG/20261123.log'));
    assert.ok(isIgnored(profile('gopro'), 'DCIM/100GOPRO/GX010123.THM'));
    assert.ok(isIgnored(profile('gopro'), 'MISC/version.txt'));
    assert.ok(!isIgnored(profile('gopro'), 'DCIM/100GOPRO/GX010123.MP4'));
  });

  it('is the camera clock, from the last line of its log when it was attached', () => {
    const now = new Date('2026-11-23T09:00:00+08:00');
    const read = (...lines: string[]) => readClock(profile('ga-t-947-a'), Buffer.from(lines.join('\r\n')), now, ZONE);
    assert.deepEqual(read('2026-11-23 08:00:00,3', '2026-11-23 09:10:00,2'), {
      offsetMs: 600_000,
      last: '2026-11-23 09:10:00',
      jumps: [],
    });
    assert.equal(read('2026-11-23 08:00:00,2', '2026-11-23 08:30:00,3').offsetMs, undefined, 'not switched on last');
    assert.equal(read('2026-11-20 08:00:00,2').offsetMs, undefined, 'that was another time');
    assert.deepEqual(read('2026-11-23 09:00:00,3', '2026-11-23 07:00:00,2', 'nonsense').jumps, ['2026-11-23 07:00:00']);
    assert.equal(aheadBy([{ from: '2026-11-23T01:10:00.000Z' }], now), 600_000);
    assert.equal(aheadBy([{ from: '2026-11-23T00:59:00.000Z' }], now), 0);
  });

  it('is shown as text, whatever bytes it is', () => {
    assert.equal(cleanName(Buffer.from('d6b4b7a8', 'hex')), '执法');
    assert.equal(cleanName(Buffer.from('执法')), '执法');
    assert.equal(cleanName(Buffer.from('a\nb\u202ec\u0000')), 'a�b�c�');
    assert.ok(cleanName(Buffer.from('ff81ff', 'hex')).isWellFormed());
  });

  it('is read by own profiles first; one that is not understood is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-profiles-'));
    writeFileSync(join(folder, 'a.yaml'), "profile: gopro\ntitle: { zh: 甲, en: a }\nfiles: ['G.*']\nkeep: coercion\n");
    const own = loadProfiles(folder);
    assert.deepEqual([own[0]?.title.en, own.filter((each) => each.profile === 'gopro').length], ['a', 1]);
    assert.equal(factsOf(own[0]!, 'GX010123.MP4', new Map(), ZONE).mark, 'coercion');
    writeFileSync(join(folder, 'b.yaml'), "profile: b\ntitle: { zh: 乙, en: b }\nfiles: ['(']\nerase: true\n");
    assert.throws(
      () => loadProfiles(folder),
      (error: Error) => error instanceof ProfileRefused && /b\.yaml/.test(error.message),
    );
    rmSync(folder, { recursive: true });
  });
});
