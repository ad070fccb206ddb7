import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cameraName, clockInstant } from '../../../server/ingest/camera-names.ts';

const zone = 'Asia/Shanghai';
const rule = { zoneRule: 'camera clock: Asia/Shanghai' };

describe('cameraName', () => {
  it('reads recorder, user and time (GA/T 947)', () => {
    const expected = {
      deviceSerial: 'TA00716',
      officerNo: 'JX0227',
      captured: { from: '2017-06-23T01:36:21.000Z', raw: '20170623093621', ...rule },
    };
    for (const name of [
      'TA00716_JX0227_20170623093621.MOV',
      'ta00716_jx0227_20170623093621.mp4',
      'DCIM\\100\\TA00716_JX0227_20170623093621.MOV',
      '视频/TA00716_JX0227_20170623093621',
    ]) {
      assert.deepEqual(cameraName(name, zone), expected, name);
    }
  });
  it('reads the short form and the form of platforms', () => {
    assert.deepEqual(cameraName('1234567@201706230936210001.mp4', zone), {
      deviceSerial: '1234567',
      captured: { from: '2017-06-23T01:36:21.000Z', raw: '20170623093621', ...rule },
    });
    assert.deepEqual(
      cameraName(`33010000_33010000001320000001${'20170623093621'}0101${'20170624000000'}0001.mp4`, zone),
      {
        deviceSerial: '33010000001320000001',
        captured: { from: '2017-06-23T01:36:21.000Z', raw: '20170623093621', ...rule },
      },
    );
  });
  it('keeps the device when the clock shows no date', () => {
    assert.deepEqual(cameraName('TA00716_JX0227_20170230093621.MOV', zone), {
      deviceSerial: 'TA00716',
      officerNo: 'JX0227',
    });
    assert.deepEqual(cameraName('TA00716_JX0227_00000000000000.MOV', zone), {
      deviceSerial: 'TA00716',
      officerNo: 'JX0227',
    });
  });
  it('finds a stamp in names of phones and screens', () => {
    const names = [
      '20231105_101530.mp4',
      'VID_20231105_101530.mp4',
      'IMG20231105101530.jpg',
      '录像 2023-11-05 10.15.30（2）.mov',
      '2023-11-05_10-15-30.avi',
      '2023_11_05T10：15：30.png',
    ];
    for (const name of names) assert.equal(cameraName(name, zone)?.captured?.from, '2023-11-05T02:15:30.000Z', name);
    assert.equal(cameraName('VID_20231105_101530.mp4', zone)?.captured?.raw, '20231105_101530');
  });
  it('finds none where there is none, or more than one', () => {
    const names = [
      'GOPR0123.MP4',
      '',
      'VID_20231105_251530.mp4',
      'VID_20231305_101530.mp4',
      'PXL_20231105_021530123.mp4',
      '120231105101530.mp4',
      '20231105.mp4',
      '20231105_101530-20231105_111530.mp4',
      '13800138000.amr',
      '../../20231105_101530/',
    ];
    for (const name of names) assert.equal(cameraName(name, zone), undefined, name);
  });
  it('is quick on long names', () => {
    const start = performance.now();
    cameraName(`${'2023-'.repeat(200_000)}`, zone);
    cameraName('0'.repeat(1_000_000), zone);
    assert.ok(performance.now() - start < 500);
  });
});

describe('clockInstant', () => {
  it('takes the earlier of two where a clock was turned back, and moves on what was left out', () => {
    assert.equal(clockInstant('2026-10-25T02:30:00', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
    assert.equal(clockInstant('2026-03-29T02:30:00', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
  });
  it('refuses what is no date, time of day or zone', () => {
    assert.equal(clockInstant('2026-02-29T00:00:00', zone), undefined);
    assert.equal(clockInstant('2026-01-01T24:00:00', zone), undefined);
    assert.equal(clockInstant('2026-01-01T00:00:60', zone), undefined);
    assert.equal(clockInstant('1999-01-01T00:00:00', zone), undefined);
    assert.equal(clockInstant('2026-01-01T00:00:00', 'Mars/Olympus'), undefined);
  });
});
