import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { imageFacts } from '../../../server/media/image-facts.ts';
import { typeOfFile } from '../rules/typing.ts';
import { clipFolder, hasFfmpeg, isKeepable, prober } from './clips.ts';
import { exifBlock, heicWith, jpegWith, pngWith, webpWith } from './image-samples.ts';

const exif = exifBlock({
  ifd0: { 271: 'Maker', 272: 'Model 1', 274: [6], 305: 'Firmware 1.0' },
  exif: { 36867: '2023:11:05 10:15:30', 36881: '+08:00' },
  gps: {
    1: 'N',
    2: [
      [30, 1],
      [16, 1],
      [2676, 100],
    ],
    3: 'E',
    4: [
      [120, 1],
      [9, 1],
      [1836, 100],
    ],
  },
});
const builders = { jpeg: jpegWith, png: pngWith, webp: webpWith, heic: heicWith };
const samples = new URL('../../../../shared/samples/', import.meta.url);

describe('probe: images', function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof clipFolder>;
  before(() => {
    folder = clipFolder();
  });
  after(() => folder.clear());

  for (const [kind, build] of Object.entries(builders)) {
    it(`tells size, time, place and device of ${kind}`, async () => {
      const path = folder.write(`a.${kind}`, build(exif));
      assert.equal((await typeOfFile(path)).mediaType, `image/${kind}`);
      const result = await prober().probe(path, `image/${kind}`);
      assert.equal(result.status, 'ok');
      assert.deepEqual([result.streams?.[0]?.width, result.streams?.[0]?.height], [640, 480]);
      assert.equal(result.streams?.[0]?.rotation, kind === 'heic' ? 0 : 90);
      assert.deepEqual(result.creationTime, {
        raw: '2023:11:05 10:15:30',
        source: 'DateTimeOriginal',
        instant: '2023-11-05T02:15:30.000Z',
      });
      assert.deepEqual(result.location, { latitude: '30.2741000', longitude: '120.1551000' });
      assert.deepEqual([result.make, result.model], ['Maker', 'Model 1']);
      assert.ok(isKeepable(result));
    });
  }

  it('keeps a time without a zone as the camera showed it', async () => {
    const result = await imageFacts(jpegWith(exifBlock({ exif: { 36867: '2023:11:05 10:15:30' } })), 'image/jpeg');
    assert.deepEqual(result?.creationTime, {
      raw: '2023:11:05 10:15:30',
      source: 'DateTimeOriginal',
      local: '2023-11-05T10:15:30',
    });
  });

  it('takes no date that is none, and no place off the globe', async () => {
    for (const stamp of ['0000:00:00 00:00:00', '    :  :     :  :  ', '2023:02:30 10:00:00', 'yesterday']) {
      const facts = await imageFacts(jpegWith(exifBlock({ exif: { 36867: stamp } })), 'image/jpeg');
      assert.equal(facts?.creationTime?.instant ?? facts?.creationTime?.local, undefined, stamp);
    }
    const places: [number, number][][] = [
      [
        [91, 1],
        [0, 1],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
      [
        [1, 1],
        [2, 1],
      ],
    ];
    for (const place of places) {
      const gps = {
        1: 'N',
        2: place,
        3: 'E',
        4: [
          [1, 1],
          [0, 1],
          [0, 1],
        ] as [number, number][],
      };
      assert.equal((await imageFacts(jpegWith(exifBlock({ gps })), 'image/jpeg'))?.location, undefined);
    }
  });

  it('turns a HEIC as its container says', async () => {
    assert.equal((await imageFacts(heicWith(exif, 640, 480, 3), 'image/heic'))?.streams?.[0]?.rotation, 90);
  });

  it('tells the size of what ffmpeg makes', async function () {
    if (!hasFfmpeg) this.skip();
    for (const [name, mediaType] of [
      ['b.jpg', 'image/jpeg'],
      ['b.png', 'image/png'],
      ['b.tiff', 'image/tiff'],
      ['b.webp', 'image/webp'],
    ] as const) {
      const path = folder.make(name, 'v', '-frames:v', '1');
      assert.equal((await typeOfFile(path)).mediaType, mediaType);
      const [stream] = (await prober().probe(path, mediaType)).streams!;
      assert.deepEqual([stream?.width, stream?.height], [176, 144], name);
    }
  });

  it('survives cuts and bent bytes all through', async () => {
    for (const [kind, build] of Object.entries(builders)) {
      const whole = build(exif);
      for (let at = 0; at < whole.length; at += 1 + (at > 120 ? 2 : 0)) {
        const cut = await imageFacts(whole.subarray(0, at), `image/${kind}`);
        const bent = Buffer.from(whole);
        bent[at] = bent[at]! ^ 0xff;
        const other = await imageFacts(bent, `image/${kind}`);
        for (const result of [cut, other]) if (result) assert.ok(isKeepable(result), `${kind} ${at}`);
      }
    }
  });

  it('says failed of what is empty, missing or no image, and never rejects', async () => {
    for (const content of ['', 'plain text', '\xff\xd8\xff', '<svg/>']) {
      const path = folder.write('bad.jpg', Buffer.from(content, 'latin1'));
      assert.deepEqual(await prober().probe(path, 'image/jpeg'), { status: 'failed' });
      for (const kind of ['png', 'webp', 'heic', 'tiff']) {
        assert.equal(await imageFacts(Buffer.from(content, 'latin1'), `image/${kind}`), undefined);
      }
    }
    assert.deepEqual(await prober().probe(folder.at('missing.jpg'), 'image/jpeg'), { status: 'failed' });
    assert.deepEqual(await prober().probe(folder.at('.'), 'image/jpeg'), { status: 'failed' });
  });

  it('ends a reader that does not end', async () => {
    const path = folder.write('slow.jpg', jpegWith(exif));
    const start = performance.now();
    assert.deepEqual(await prober({ timeoutMs: 1 }).probe(path, 'image/jpeg'), { status: 'failed' });
    assert.ok(performance.now() - start < 2000);
  });

  it('reads real photographs', async function () {
    if (!existsSync(samples)) this.skip();
    const scene = await prober().probe(new URL('scene-gps.jpg', samples).pathname, 'image/jpeg');
    assert.deepEqual(scene.location, { latitude: '39.1150000', longitude: '-108.4009683' });
    const note = await prober().probe(new URL('handwritten-note.jpg', samples).pathname, 'image/jpeg');
    assert.deepEqual([note.streams?.[0]?.width, note.streams?.[0]?.height], [5117, 3411]);
  });
});
