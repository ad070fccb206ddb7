import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { describe, it } from 'mocha';
import { ZipFile } from 'yazl';
import { openZip, type ZipTree } from '../../../signing/zip.ts';
import { crc32 as webCrc32 } from '../../../web/verify/crc32.ts';
import { refusal } from './support.ts';

const opened = (zip: Uint8Array): Promise<ZipTree> =>
  openZip({ size: zip.length, read: async (start, end) => zip.subarray(start, end) }, crc32);
const readAll = async (zip: Uint8Array) => {
  const tree = await opened(zip);
  const items = await tree.list();
  return await Promise.all(
    items.map(async ({ path }) => [path, Buffer.concat(await Array.fromAsync(tree.read(path))).toString()]),
  );
};

interface Making {
  compress?: boolean;
  forceZip64Format?: boolean;
}

async function zipOf(making: Making = {}, comment?: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('hello'), 'a', making as never);
  zip.addEmptyDirectory('d');
  zip.addBuffer(Buffer.from('x'.repeat(100_000)), 'd/b', making as never);
  zip.end({ ...(comment && { comment }), ...(making.forceZip64Format && { forceZip64Format: true }) } as never);
  return await buffer(zip.outputStream);
}

const contents = [
  ['a', 'hello'],
  ['d/b', 'x'.repeat(100_000)],
];
const endAt = (zip: Buffer) => zip.length - 22;
const directoryAt = (zip: Buffer) => zip.readUInt32LE(endAt(zip) + 16);

/** A copy with one number written over. */
function with32(zip: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt32LE(value, at);
  return copy;
}

describe('the reader of zips', () => {
  it('reads stored and deflated entries, in either width, and says where the stored ones lie', async () => {
    for (const making of [{}, { compress: false }, { forceZip64Format: true }]) {
      assert.deepEqual(await readAll(await zipOf(making)), contents, JSON.stringify(making));
    }
    const zip = await zipOf({ compress: false });
    const tree = await opened(zip);
    const { start, end } = (await tree.stored('a')) as { start: number; end: number };
    assert.equal(zip.subarray(start, end).toString(), 'hello');
    assert.deepEqual(tree.zip, { first: 'a', deflated: [] });
    const deflated = await opened(await zipOf());
    assert.equal(await deflated.stored('a'), undefined);
    assert.deepEqual(deflated.zip?.deflated, ['a', 'd/b']);
  });

  it('refuses bytes that belong to no entry, and a comment', async () => {
    const zip = await zipOf();
    const [directory, end] = [directoryAt(zip), endAt(zip)];
    const before = with32(Buffer.concat([Buffer.from('PK'), zip]), end + 2 + 16, directory + 2);
    const between = with32(
      Buffer.concat([zip.subarray(0, directory), Buffer.from('hidden'), zip.subarray(directory)]),
      end + 6 + 16,
      directory + 6,
    );
    const behind = Buffer.concat([zip, Buffer.from('x')]);
    const beforeEnd = Buffer.concat([zip.subarray(0, end), Buffer.from('hidden'), zip.subarray(end)]);
    for (const odd of [before, behind, beforeEnd, await zipOf({}, 'a comment'), zip.subarray(1), zip.subarray(0, -1)]) {
      await assert.rejects(readAll(odd), refusal('ZIP_INVALID'));
    }
    await assert.rejects(readAll(between), refusal('ZIP_INVALID'));
  });

  it('refuses numbers that do not agree', async () => {
    const zip = await zipOf({ compress: false });
    const [directory, end] = [directoryAt(zip), endAt(zip)];
    for (const [at, value] of [
      [end + 8, 0x00020002],
      [end + 12, 10],
      [end + 16, directory + 1],
      [directory + 20, 4],
      [directory + 24, 6],
      [directory + 24, 0xffffffff],
      [directory + 42, 1],
      [directory, 0x02014b51],
      [0, 0x04034b51],
      [8, 8],
    ] as const) {
      await assert.rejects(readAll(with32(zip, at, value)), refusal('ZIP_INVALID'), `${at}: ${value}`);
    }
    const wide = await zipOf({ forceZip64Format: true });
    const record = endAt(wide) - 76;
    for (const at of [record, record + 4, record + 24, record + 32, record + 40, record + 48, endAt(wide) - 12]) {
      await assert.rejects(readAll(with32(wide, at, 77)), refusal('ZIP_INVALID'), String(at - record));
    }
  });

  it('refuses an entry of another size than it says when it is read', async () => {
    const zip = await zipOf();
    const size = directoryAt(zip) + 24;
    for (const odd of [4, 6, 0]) await assert.rejects(readAll(with32(zip, size, odd)), refusal('ZIP_ENTRY'));
    const packed = directoryAt(zip) + 20;
    for (const odd of [zip.readUInt32LE(packed) - 1, zip.readUInt32LE(packed) + 1]) {
      await assert.rejects(readAll(with32(zip, packed, odd)));
    }
  });

  it('refuses every change of a byte that another tool could read otherwise', async () => {
    const zip = await zipOf({ compress: false });
    for (let at = 0; at < zip.length; at += at < 60 || at > directoryAt(zip) ? 1 : 997) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] as number) ^ 1;
      const read = await readAll(changed).catch(() => undefined);
      if (read) assert.deepEqual(new Map(read as [string, string][]), new Map(contents as [string, string][]), `${at}`);
    }
  });

  it('counts CRC-32 in a browser as everywhere', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => (at * 31) & 0xff);
    assert.equal(webCrc32(bytes.subarray(7), webCrc32(bytes.subarray(0, 7), 0)), crc32(bytes));
    assert.equal(webCrc32(new Uint8Array(), 0), 0);
  });
});
