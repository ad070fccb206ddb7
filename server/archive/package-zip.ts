import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { endOfZip, localHeader, type ZipItem, zipTime } from './zip-records.ts';

export interface Packed {
  path: string;
  sha256: string;
  sm3: string;
  /** Bytes. */
  size: number;
}

/** A source has other bytes than it was said to have. */
export class SourceDiffers extends Error {
  override name = 'SourceDiffers';
}

/** What is told of a source before its bytes are written. */
export interface Told {
  /** Bytes. */
  size: number;
  /** When it is known: it is not made again. */
  sm3?: string | undefined;
}

/**
 * Writes a package as a zip, file after file: stored, not deflated (originals are compressed already, and a reader can take them by range), each
 * with its CRC and length before its bytes, so that readers who take a zip as a stream read it too; ZIP64 where it must be. For that a source is read
 * twice. Memory stays flat. `output` has to be read meanwhile; when its reader fails, abort by the signal.
 */
export class PackageZip {
  readonly output: PassThrough;
  readonly #folder: string;
  readonly #time: number;
  readonly #signal: AbortSignal;
  readonly #onBytes: (bytes: number) => void;
  readonly #whole: Hash = createHash('sha256');
  readonly #items: ZipItem[] = [];
  readonly #packed: Packed[] = [];
  #size = 0;

  /** @param options.folder the one outermost folder, with its slash, or nothing. */
  constructor(options: { folder: string; time: Date; signal: AbortSignal; onBytes: (bytes: number) => void }) {
    this.#folder = options.folder;
    this.#time = zipTime(options.time);
    this.#signal = options.signal;
    this.#onBytes = options.onBytes;
    this.output = new PassThrough({ highWaterMark: 1024 * 1024 });
    // It may be destroyed before anybody reads; why is told by whoever aborts.
    this.output.on('error', () => {});
    const { signal } = options;
    const destroy = () => this.output.destroy(signal.reason as Error);
    if (signal.aborted) destroy();
    else signal.addEventListener('abort', destroy, { once: true });
  }

  addBytes(path: string, bytes: Uint8Array): Packed {
    this.#signal.throwIfAborted();
    this.#begin(path, bytes.length, crc32(bytes));
    this.#write(bytes);
    this.#onBytes(bytes.length);
    const digest = (name: string) => createHash(name).update(bytes).digest('hex');
    return this.#keep({ path, sha256: digest('sha256'), sm3: digest('sm3'), size: bytes.length });
  }

  /** Resolves when the bytes are written. Throws SourceDiffers, or what the source throws. */
  async addStream(path: string, open: () => Promise<Readable>, told: Told): Promise<Packed> {
    const first = await this.#read(path, open, told.size, () => {});
    this.#begin(path, told.size, first);
    const sha256 = createHash('sha256');
    const sm3 = told.sm3 === undefined ? createHash('sm3') : undefined;
    const second = await this.#read(path, open, told.size, async (chunk) => {
      sha256.update(chunk);
      sm3?.update(chunk);
      this.#onBytes(chunk.length);
      if (!this.#write(chunk)) await once(this.output, 'drain', { signal: this.#signal });
    });
    if (second !== first) throw new SourceDiffers(path);
    const digests = { sha256: sha256.digest('hex'), sm3: told.sm3 ?? (sm3 as Hash).digest('hex') };
    return this.#keep({ path, ...digests, size: told.size });
  }

  /** What was added so far, in its order. */
  get packed(): readonly Packed[] {
    return this.#packed;
  }

  /** No more files. `output` ends after this. */
  end(): void {
    this.#write(endOfZip(this.#items, this.#size, this.#time));
    this.output.end();
  }

  /** The zip as a whole; to be asked once, after `end`. */
  result(): { sha256: string; size: number; files: number } {
    return { sha256: this.#whole.digest('hex'), size: this.#size, files: this.#items.length };
  }

  #begin(path: string, size: number, crc32: number): void {
    const item = { name: this.#folder + path, size, crc32, offset: this.#size };
    this.#items.push(item);
    this.#write(localHeader(item, this.#time));
  }

  /** Whether more may come at once. */
  #write(bytes: Uint8Array): boolean {
    this.#whole.update(bytes);
    this.#size += bytes.length;
    return this.output.write(bytes);
  }

  #keep(packed: Packed): Packed {
    this.#packed.push(packed);
    return packed;
  }

  /** Shows each chunk of a source, which must have `size` bytes; returns their CRC-32. */
  async #read(
    path: string,
    open: () => Promise<Readable>,
    size: number,
    see: (chunk: Buffer) => void | Promise<void>,
  ): Promise<number> {
    let sum = 0;
    let length = 0;
    for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
      this.#signal.throwIfAborted();
      length += chunk.length;
      if (length > size) throw new SourceDiffers(path);
      sum = crc32(chunk, sum);
      await see(chunk);
    }
    if (length !== size) throw new SourceDiffers(path);
    return sum;
  }
}
