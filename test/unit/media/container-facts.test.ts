import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { containerFacts } from '../../../server/media/container-facts.ts';
import { isKeepable } from './clips.ts';

const facts = (format: object, ...streams: object[]) =>
  containerFacts({ format: { format_name: 'mov', ...format }, streams: streams.length ? streams : [{}] });

describe('containerFacts', () => {
  it('says nothing without a container and a stream', () => {
    const answers = [
      undefined,
      null,
      5,
      'x',
      [],
      {},
      { format: {} },
      { format: { format_name: 'mov' }, streams: [] },
      { streams: [{}] },
    ];
    for (const answer of answers) assert.equal(containerFacts(answer), undefined);
  });
  it('turns both notations of rotation clockwise', () => {
    const rotation = (stream: object) => facts({}, { codec_type: 'video', ...stream })?.streams?.[0]?.rotation;
    assert.equal(rotation({ side_data_list: [{ rotation: -90 }] }), 90);
    assert.equal(rotation({ side_data_list: [{ type: 'x' }, { rotation: 90 }] }), 270);
    assert.equal(rotation({ side_data_list: [{ rotation: 180 }] }), 180);
    assert.equal(rotation({ side_data_list: [{ rotation: 0 }] }), 0);
    assert.equal(rotation({ tags: { rotate: '270' } }), 270);
    assert.equal(rotation({ tags: { rotate: 'x' } }), undefined);
    assert.equal(rotation({}), undefined);
  });
  it('takes only whole, safe numbers', () => {
    const durations: [unknown, number | undefined][] = [
      ['12.078733', 12079],
      ['0.0004', 0],
      ['-1', undefined],
      ['N/A', undefined],
      ['1e9', undefined],
      ['99999999999999999', undefined],
      [Number.NaN, undefined],
    ];
    for (const [duration, expected] of durations)
      assert.equal(facts({ duration })?.durationMs, expected, String(duration));
    const stream = {
      codec_type: 'video',
      width: -5,
      height: 1e300,
      avg_frame_rate: '0/0',
      r_frame_rate: '25/1',
      channels: 0,
    };
    assert.deepEqual(facts({}, stream)?.streams, [{ kind: 'video', codec: 'unknown', frameRate: '25/1' }]);
  });
  it('prefers the stamp that has a zone', () => {
    const tags = {
      creation_time: '2023-11-05T10:15:30.000000Z',
      'com.apple.quicktime.creationdate': '2023-11-05T10:15:30+0800',
    };
    assert.equal(facts({ tags })?.creationTime?.instant, '2023-11-05T02:15:30.000Z');
  });
  it('calls a cover an image', () => {
    assert.equal(
      facts({}, { codec_type: 'video', codec_name: 'mjpeg', disposition: { attached_pic: 1 } })?.streams?.[0]?.kind,
      'image',
    );
  });
  it('keeps tags short, clean, and few', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`k${at}\u0000\ud800`, `${'\u{20bb7}'.repeat(300)}\udc00\r\n\u202e`]),
    );
    const streams = Array.from({ length: 200 }, () => ({
      codec_name: 'c'.repeat(999),
      tags: { language: '语'.repeat(999) },
    }));
    const result = facts({ tags: { ...tags, model: '\ud800\u0007' } }, ...streams)!;
    assert.ok(result.tags!.length > 3 && result.tags!.length <= 32);
    assert.equal(result.tags![0]!.name, 'k0');
    assert.equal(result.model, undefined);
    assert.ok(isKeepable(result));
  });
});
