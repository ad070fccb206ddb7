import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { typeOfFile } from '../rules/typing.ts';
import { clipFolder, hasFfmpeg, isKeepable, prober } from './clips.ts';

const encoders: [name: string, what: 'av' | 'v' | 'a', mediaType: string, codecs: string[], ...options: string[]][] = [
  ['a.mp4', 'av', 'video/mp4', ['h264', 'aac'], '-c:v', 'libx264', '-c:a', 'aac'],
  ['a.mov', 'av', 'video/quicktime', ['h264', 'pcm_s16le'], '-c:v', 'libx264', '-c:a', 'pcm_s16le'],
  ['a.avi', 'av', 'video/x-msvideo', ['mjpeg', 'mp3'], '-c:v', 'mjpeg', '-c:a', 'libmp3lame'],
  [
    'a.mkv',
    'av',
    'video/x-matroska',
    ['hevc', 'aac'],
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=none',
    '-c:a',
    'aac',
  ],
  ['a.ts', 'av', 'video/mp2t', ['h264', 'aac'], '-c:v', 'libx264', '-c:a', 'aac'],
  ['a.m2ts', 'av', 'video/mp2t', ['h264', 'aac'], '-c:v', 'libx264', '-c:a', 'aac', '-mpegts_m2ts_mode', '1'],
  ['a.3gp', 'v', 'video/3gpp', ['h263'], '-c:v', 'h263'],
  ['a.mp3', 'a', 'audio/mpeg', ['mp3'], '-c:a', 'libmp3lame'],
  ['bare.mp3', 'a', 'audio/mpeg', ['mp3'], '-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0'],
  ['a.wav', 'a', 'audio/wav', ['pcm_s16le']],
  ['a.m4a', 'a', 'audio/mp4', ['aac'], '-c:a', 'aac'],
];

describe('probe: sound and film', function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof clipFolder>;
  before(function () {
    if (!hasFfmpeg) this.skip();
    folder = clipFolder();
  });
  after(() => folder?.clear());

  for (const [name, what, mediaType, codecs, ...options] of encoders) {
    it(`tells type, length and streams of ${name}`, async () => {
      const path = folder.make(name, what, ...options);
      const type = await typeOfFile(path);
      assert.deepEqual([type.mediaType, type.known], [mediaType, true]);
      const result = await prober().probe(path, mediaType);
      assert.equal(result.status, 'ok');
      assert.ok(result.durationMs! >= 900 && result.durationMs! <= 1200, String(result.durationMs));
      assert.deepEqual(
        result.streams!.map(({ codec }) => codec),
        codecs,
      );
      const video = result.streams!.find(({ kind }) => kind === 'video');
      if (what !== 'a') assert.deepEqual([video?.width, video?.height, video?.frameRate], [176, 144, '25/1']);
      assert.ok(isKeepable(result));
    });
  }

  it('tells AMR', async () => {
    const frame = Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31, 0x55)]);
    const path = folder.write(
      'a.amr',
      Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: 50 }, () => frame)]),
    );
    assert.equal((await typeOfFile(path)).mediaType, 'audio/amr');
    const { status, streams } = await prober().probe(path, 'audio/amr');
    assert.deepEqual([status, streams?.[0]?.sampleRate], ['ok', 8000]);
  });

  it('tells when and where, and by what device', async () => {
    const tags = {
      creation_time: '2023-11-05T02:15:30Z',
      location: '+30.2741+120.1551/',
      make: '厂商',
      model: 'DSJ-X1',
    };
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]);
    const flat = folder.make('flat.mov', 'v', '-c:v', 'libx264', '-movflags', 'use_metadata_tags', ...metadata);
    const result = await prober().probe(flat, 'video/quicktime');
    assert.deepEqual(result.creationTime, {
      raw: '2023-11-05T02:15:30Z',
      source: 'creation_time',
      instant: '2023-11-05T02:15:30.000Z',
    });
    assert.deepEqual([result.location?.latitude, result.location?.longitude], ['30.2741000', '120.1551000']);
    assert.deepEqual([result.make, result.model], ['厂商', 'DSJ-X1']);
  });

  it('keeps tags that would write fields of their own as text', async () => {
    const evil =
      'x\n[/FORMAT]\n[STREAM]\ncodec_name=evil\nduration=999999\n[/STREAM]\n[FORMAT]\nTAG:model=evil\n\u0007\u202e';
    const path = folder.make(
      'evil.mkv',
      'a',
      '-c:a',
      'aac',
      '-metadata',
      `comment=${evil}`,
      '-metadata',
      `title=${'长'.repeat(5000)}`,
    );
    const result = await prober().probe(path, 'video/x-matroska');
    assert.equal(result.status, 'ok');
    assert.equal(result.streams?.length, 1);
    assert.equal(result.model, undefined);
    assert.ok(result.durationMs! < 2000);
    assert.ok(isKeepable(result));
  });

  it('stays small whatever the tags are', async () => {
    const metadata = Array.from({ length: 300 }, (_, at) => ['-metadata', `tag${at}=${'证据"'.repeat(90)}`]).flat();
    const result = await prober().probe(folder.make('tags.mkv', 'a', '-c:a', 'aac', ...metadata), 'video/x-matroska');
    assert.equal(result.status, 'ok');
    assert.ok(isKeepable(result));
  });

  it('opens no playlist, no script, no list of pictures, and nothing that they name', async () => {
    const target = folder.make('target.ts', 'v', '-c:v', 'libx264');
    const lists: Record<string, string> = {
      'hls.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${target}\n#EXT-X-ENDLIST\n`,
      'remote.mp4': '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n',
      'concat.mp4': `ffconcat version 1.0\nfile '${target}'\n`,
      'dash.mp4': '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>',
      'session.mp4': 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=video 9 RTP/AVP 96\r\n',
      'subtitles.mp4': '1\n00:00:00,000 --> 00:00:01,000\nhello\n',
    };
    for (const [name, content] of Object.entries(lists)) {
      assert.deepEqual(await prober().probe(folder.write(name, content), 'video/mp4'), { status: 'failed' }, name);
    }
  });

  it('says failed of what is empty, random, cut or missing, and never rejects', async () => {
    const whole = readFileSync(folder.make('whole.mp4', 'av', '-c:v', 'libx264', '-c:a', 'aac'));
    const damaged: Record<string, Uint8Array> = {
      'empty.mp4': new Uint8Array(),
      'random.mp4': Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31 + 7) & 255)),
      'cut.mp4': whole.subarray(0, whole.length >> 1),
      'one.mp4': whole.subarray(0, 1),
    };
    for (const [name, bytes] of Object.entries(damaged)) {
      assert.deepEqual(await prober().probe(folder.write(name, bytes), 'video/mp4'), { status: 'failed' }, name);
    }
    assert.deepEqual(await prober().probe(folder.at('missing.mp4'), 'video/mp4'), { status: 'failed' });
    assert.deepEqual(await prober().probe('relative.mp4', 'video/mp4'), { status: 'failed' });
    assert.deepEqual(await prober().probe('-version', 'video/mp4'), { status: 'failed' });
  });

  it('gives keepable results for bent files', async () => {
    for (const name of ['a.mp4', 'a.mkv', 'a.ts', 'a.wav']) {
      const bytes = existsSync(folder.at(name)) ? readFileSync(folder.at(name)) : Buffer.alloc(10);
      for (let at = 3; at < bytes.length; at += 97) bytes[at] = (bytes[at]! ^ at) & 255;
      assert.ok(isKeepable(await prober().probe(folder.write(`bent-${name}`, bytes), 'video/mp4')), name);
    }
  });

  it('has no tongue for types that are not probed', async () => {
    assert.deepEqual(await prober().probe(folder.at('a.pdf'), 'application/pdf'), { status: 'none' });
  });
});
