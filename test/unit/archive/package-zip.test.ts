import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { fromBufferPromise } from 'yauzl';
import { openZipTree } from '../../../scripts/tree-zip.ts';
import { PackageZip, SourceDiffers } from '../../../server/archive/package-zip.ts';
import { endOfZip, localHeader, zipTime } from '../../../server/archive/zip-records.ts';

const time = new Date('2026-11-22T08:30:02Z');
const GiB = 1024 ** 3;
const zipOf = (signal = new AbortController().signal) =>
  new PackageZip({ folder: 'bag/', time, signal, onBytes: () => {} });
const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

describe('the zip of a package', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-zip-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what was put in, each file with its length and CRC before it', async () => {
    const zip = zipOf();
    const large = randomBytes(3_000_001);
    const whole = buffer(zip.output);
    const small = zip.addBytes('a.txt', Buffer.from('hello'));
    const source = async () => Readable.from([large.subarray(0, 7), large.subarray(7)]);
    const packed = await zip.addStream('b.bin', source, { size: large.length });
    zip.addBytes('empty', new Uint8Array());
    zip.end();
    const bytes = await whole;
    assert.deepEqual(small, {
      path: 'a.txt',
      sha256: digest('sha256', Buffer.from('hello')),
      sm3: digest('sm3', Buffer.from('hello')),
      size: 5,
    });
    assert.deepEqual([packed.sha256, packed.sm3], [digest('sha256', large), digest('sm3', large)]);
    assert.deepEqual(zip.result(), { sha256: digest('sha256', bytes), size: bytes.length, files: 3 });
    const read = await fromBufferPromise(bytes, { lazyEntries: true });
    const found: [string, Buffer][] = [];
    for await (const entry of read.eachEntry()) {
      assert.equal(entry.getLastModDate({ timezone: 'UTC' }).toISOString(), time.toISOString());
      found.push([entry.fileName, await buffer(await read.openReadStreamPromise(entry))]);
    }
    assert.deepEqual(found, [
      ['bag/a.txt', Buffer.from('hello')],
      ['bag/b.bin', large],
      ['bag/empty', Buffer.alloc(0)],
    ]);
  });

  it('ends its reader when it was to stop before it began', async () => {
    const zip = zipOf(AbortSignal.abort(new Error('stopped')));
    const read = buffer(zip.output);
    assert.throws(() => zip.addBytes('a.txt', Buffer.from('hello')), /stopped/);
    await assert.rejects(read, /stopped/);
  });

  it('refuses a source that is longer, shorter, or another the second time', async () => {
    const sources: (() => Readable)[] = [
      () => Readable.from([Buffer.from('longer')]),
      () => Readable.from([Buffer.from('cut')]),
      (
        (turns = ['first', 'other']) =>
        () =>
          Readable.from([Buffer.from(turns.shift() ?? '')])
      )(),
    ];
    for (const source of sources) {
      const zip = zipOf();
      zip.output.resume();
      await assert.rejects(
        zip.addStream('x', async () => source(), { size: 5 }),
        SourceDiffers,
      );
    }
  });

  it('ends when it is told to, also while nobody reads', async () => {
    const stop = new AbortController();
    const zip = zipOf(stop.signal);
    zip.output.on('error', () => {});
    const bytes = Buffer.alloc(8 * 1024 ** 2);
    const adding = zip.addStream('x', async () => Readable.from([bytes, bytes]), { size: 2 * bytes.length });
    setTimeout(() => stop.abort(new Error('stopped')), 20);
    await assert.rejects(adding);
    assert.throws(() => zip.addBytes('y', bytes), /stopped/);
  });

  it('is read when files and the zip are larger than 4 GiB, and when there are more than 65,535', async () => {
    const path = join(folder, 'large.zip');
    const items = [
      { name: 'first', size: 5 * GiB, crc32: 0, offset: 0 },
      {
        name: 'last',
        size: 3,
        crc32: 0x352441c2,
        offset: 5 * GiB + localHeader({ name: 'first', size: 5 * GiB, crc32: 0 }, 0).length,
      },
    ] as const;
    const file = await openFile(path, 'w');
    await file.write(localHeader(items[0], zipTime(time)), 0, undefined, 0);
    const last = Buffer.concat([localHeader(items[1], zipTime(time)), Buffer.from('abc')]);
    await file.write(last, 0, undefined, items[1].offset);
    const begin = items[1].offset + last.length;
    await file.write(endOfZip(items, begin, zipTime(time)), 0, undefined, begin);
    await file.close();
    const tree = await openZipTree(path);
    assert.deepEqual(
      (await tree.list()).map(({ path, size }) => [path, size]),
      [
        ['first', 5 * GiB],
        ['last', 3],
      ],
    );
    assert.deepEqual(await Array.fromAsync(tree.read('last')), [Buffer.from('abc')]);
    tree.close();
    const zip = zipOf();
    const whole = buffer(zip.output);
    for (let at = 0; at < 70_000; at++) zip.addBytes(String(at), new Uint8Array());
    zip.end();
    assert.equal((await fromBufferPromise(await whole, { lazyEntries: true })).entryCount, 70_000);
  });
});
