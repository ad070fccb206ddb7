import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { clipFolder, hasFfmpeg, prober } from './clips.ts';

describe('probe: limits', function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof clipFolder>;
  before(() => {
    folder = clipFolder();
  });
  after(() => folder.clear());

  /** A program in ffprobe's place that answers `-version` and then does as it is told. */
  const stand = (name: string, body: string) => {
    const path = folder.write(
      name,
      `#!/bin/sh\ncase "$*" in *-version) echo 'ffprobe version test'; exit 0;; esac\n${body}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  };
  const clip = () => folder.write('clip.mp4', 'x');

  it('says unavailable where there is no ffprobe, and finds it when it comes', async () => {
    const path = folder.at('later');
    const { available, probe } = prober({ ffprobePath: path });
    assert.equal(await available(), false);
    assert.deepEqual(await probe(clip(), 'video/mp4'), { status: 'unavailable' });
    stand(
      'later',
      `echo '{"format":{"format_name":"mov","duration":"1.5"},"streams":[{"codec_type":"video","codec_name":"h264"}]}'`,
    );
    assert.equal(await available(), true);
    const result = await probe(clip(), 'video/mp4');
    assert.deepEqual([result.status, result.durationMs], ['ok', 1500]);
  });

  it('takes no other program for ffprobe', async () => {
    assert.equal(await prober({ ffprobePath: '/bin/echo' }).available(), false);
    assert.equal(await prober({ ffprobePath: '/bin/true' }).available(), false);
    assert.equal(await prober({ ffprobePath: folder.at('.') }).available(), false);
  });

  it('ends what does not end', async () => {
    const start = performance.now();
    const result = await prober({ ffprobePath: stand('sleeper', 'sleep 60'), timeoutMs: 1000 }).probe(
      clip(),
      'video/mp4',
    );
    assert.deepEqual(result, { status: 'failed' });
    assert.ok(performance.now() - start < 5000);
  });

  it('ends what writes without end', async () => {
    const result = await prober({ ffprobePath: stand('talker', 'yes "[/FORMAT]"'), timeoutMs: 5000 }).probe(
      clip(),
      'video/mp4',
    );
    assert.deepEqual(result, { status: 'failed' });
  });

  it('lets no file be written, and tells no secret of the environment', async () => {
    process.env.TIEZHENG_TEST_SECRET = 'secret';
    const written = folder.at('written');
    const answer = '{"format":{"format_name":"mov","tags":{"secret":"%s","size":"%s"}},"streams":[{}]}';
    const body = [
      `(echo x > ${written}) 2>/dev/null`,
      `printf '${answer}' "\${TIEZHENG_TEST_SECRET:-none}" "$(wc -c < ${written})"`,
    ].join('\n');
    const { tags } = await prober({ ffprobePath: stand('writer', body) }).probe(clip(), 'video/mp4');
    delete process.env.TIEZHENG_TEST_SECRET;
    assert.deepEqual(tags, [
      { name: 'secret', value: 'none' },
      { name: 'size', value: '0' },
    ]);
  });

  it('bounds memory', async function () {
    if (!hasFfmpeg) this.skip();
    const path = folder.make('clip.mkv', 'a', '-c:a', 'aac');
    const narrow = prober({ memoryBytes: 16 * 1024 * 1024 });
    assert.equal(await narrow.available(), false);
    assert.deepEqual(await narrow.probe(path, 'video/x-matroska'), { status: 'unavailable' });
  });
});
