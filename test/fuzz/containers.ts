import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { asicManifest, readAsicManifest } from '../../signing/asic.ts';
import { textOf } from '../../signing/tree.ts';
import { openZip } from '../../signing/zip.ts';
import { records } from '../unit/signing/sample.ts';
import { free, type Target } from './target.ts';

/** Zips and the list of a container. */
const listed = records.map(({ file, manifest }) => ({ path: file, sha256: manifest.object.sha256 }));

export const containerTargets = async (): Promise<Target[]> => [
  {
    ...free({ name: 'zip', kind: 'bytes', samples: [await zip(true), await zip(false)], read: byUs }),
    // What we read, another reader reads as the same: no two tools may unpack two things.
    mayMean: async (files, input) => isDeepStrictEqual(files, (await byYauzl(Buffer.from(input))) ?? files),
  },
  free({
    ...{ name: 'ASiCManifest', kind: 'text', samples: [Buffer.from(asicManifest(listed))] },
    read: (xml) => [...readAsicManifest(textOf(xml))],
  }),
];

/** Content by name, in hexadecimal. */
type Files = Record<string, string>;

async function zip(compress: boolean): Promise<Buffer> {
  const made = new ZipFile();
  for (const [path, content] of [
    ['mimetype', 'application/x'],
    ['data/a.txt', 'aaaaaaaaaaaaaaaaaaaa'],
    ['data/空.txt', ''],
  ]) {
    made.addBuffer(Buffer.from(content as string), path as string, { compress });
  }
  made.addReadStream(Readable.from(['streamed']), 'data/b.txt', { compress });
  made.end();
  return await buffer(made.outputStream);
}

async function byUs(bytes: Uint8Array): Promise<Files> {
  const source = { size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) };
  const tree = await openZip(source, crc32);
  const files: Files = {};
  for (const { path } of await tree.list()) {
    files[path] = Buffer.concat(await Array.fromAsync(tree.read(path))).toString('hex');
  }
  return files;
}

/** Undefined when it refuses. */
async function byYauzl(bytes: Buffer): Promise<Files | undefined> {
  const files: Files = {};
  try {
    const opened = await fromBufferPromise(bytes, { lazyEntries: true });
    for await (const entry of opened.eachEntry()) {
      if (!entry.fileName.endsWith('/'))
        files[entry.fileName] = (await buffer(await opened.openReadStreamPromise(entry))).toString('hex');
    }
    return files;
  } catch {
    return undefined;
  }
}
