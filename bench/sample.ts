import { createCipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const MiB = 1024 * 1024;

/** Every file that is sent begins with bytes of its own, so that none is known already. */
const HEAD = 64;

/** Bytes to send: as often as wanted, any part of them. */
export interface Sample {
  size: number;
  /** From `start` up to and without `end`. */
  read(start: number, end: number): Readable;
}

/** Pseudo-random bytes that do not compress, `size` many, without a file: AES-CTR over zeros, a MiB at a time. */
export function generated(size: number): Sample {
  const key = randomBytes(16);
  const zeros = Buffer.alloc(MiB);
  const bytes = function* (start: number, end: number) {
    if (start % MiB !== 0) throw new RangeError('parts begin at whole MiB');
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64BE(BigInt(start / 16), 8);
    const cipher = createCipheriv('aes-128-ctr', key, counter);
    for (let at = start; at < end; at += MiB) yield cipher.update(zeros.subarray(0, Math.min(MiB, end - at)));
  };
  return { size, read: (start, end) => Readable.from(bytes(start, end)) };
}

export async function writeSample(path: string, size: number): Promise<void> {
  await pipeline(generated(size).read(0, size), createWriteStream(path));
}

/** The bytes of a file with a beginning of its own. */
export function fileSample(path: string, size: number): Sample {
  const head = randomBytes(HEAD);
  const read = (start: number, end: number) => {
    const source = createReadStream(path, { start, end: end - 1, highWaterMark: MiB });
    return start > 0 ? source : Readable.from(withHead(source, head));
  };
  return { size, read };
}

async function* withHead(source: Readable, head: Buffer) {
  let first = true;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    yield first ? Buffer.concat([head.subarray(0, chunk.length), chunk.subarray(HEAD)]) : chunk;
    first = false;
  }
}
