import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Tree } from '../signing/tree.ts';
import { openZip } from '../signing/zip.ts';

/** A zip as a tree of files, read where it lies; signing/zip.ts has its rules. */
export async function openZipTree(path: string): Promise<Tree & { close: () => Promise<void> }> {
  const file = await open(path, 'r');
  const read = async (start: number, end: number) => {
    const bytes = Buffer.allocUnsafe(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead !== bytes.length) throw new Error('the file was cut while it was read');
    return bytes;
  };
  try {
    const tree = await openZip({ size: (await file.stat()).size, read }, crc32);
    return { ...tree, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}
