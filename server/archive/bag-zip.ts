import { createHash, type Hash } from 'node:crypto';
import { type PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** The one outermost folder of the zip (RFC 8493 section 4). */
const FOLDER = 'bag/';
const REGULAR_FILE = 0o100644;

export interface Packed {
  path: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

/** A source has more or fewer bytes than it was said to have. */
export class LengthDiffers extends Error {
  override name = 'LengthDiffers';
}

/**
 * Writes a bag as a zip, file after file: stored, not deflated (originals are compressed already, and a reader can take them by range);
 * ZIP64 where it must be. Memory stays flat. `output` has to be read meanwhile; when its reader fails, abort by the signal.
 */
export class BagZip {
  readonly output: Readable;
  readonly #zip = new ZipFile();
  readonly #time: Date;
  readonly #signal: AbortSignal;
  readonly #onBytes: (bytes: number) => void;
  readonly #whole: Hash = createHash('sha256');
  #size = 0;
  #files = 0;

  constructor(time: Date, signal: AbortSignal, onBytes: (bytes: number) => void) {
    this.#time = time;
    this.#signal = signal;
    this.#onBytes = onBytes;
    const watched = watching((chunk) => {
      this.#whole.update(chunk);
      this.#size += chunk.length;
    });
    this.output = watched;
    this.#zip.on('error', (error) => watched.destroy(error as Error));
    (this.#zip.outputStream as PassThrough).pipe(watched);
    signal.addEventListener('abort', () => watched.destroy(signal.reason as Error), { once: true });
  }

  addBytes(path: string, bytes: Uint8Array): Packed {
    this.#signal.throwIfAborted();
    this.#zip.addBuffer(Buffer.from(bytes), FOLDER + path, this.#options());
    this.#files += 1;
    this.#onBytes(bytes.length);
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  }

  /** Resolves when the bytes are written. Throws LengthDiffers, or what the source throws. */
  async addStream(path: string, source: Readable, size: number): Promise<Packed> {
    const hash = createHash('sha256');
    let length = 0;
    const watched = watching(
      (chunk) => {
        hash.update(chunk);
        length += chunk.length;
        if (length > size) throw new LengthDiffers(path);
        this.#onBytes(chunk.length);
      },
      () => {
        if (length !== size) throw new LengthDiffers(path);
      },
    );
    this.#zip.addReadStream(watched, FOLDER + path, { ...this.#options(), size });
    this.#files += 1;
    await pipeline(source, watched, { signal: this.#signal });
    return { path, sha256: hash.digest('hex'), size };
  }

  /** No more files. `output` ends after this. */
  end(): void {
    this.#zip.end();
  }

  /** The zip as a whole; to be asked once, when `output` has ended. */
  result(): { sha256: string; size: number; files: number } {
    return { sha256: this.#whole.digest('hex'), size: this.#size, files: this.#files };
  }

  #options() {
    return { mtime: this.#time, mode: REGULAR_FILE, compress: false };
  }
}

/** Passes bytes on and shows them; what `see` or `end` throws is the stream's error. */
function watching(see: (chunk: Buffer) => void, end: () => void = () => {}): Transform {
  const attempt = (work: () => void, done: (error: Error | null, chunk?: Buffer) => void, chunk?: Buffer) => {
    try {
      work();
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, chunk);
  };
  return new Transform({
    readableHighWaterMark: 1024 * 1024,
    writableHighWaterMark: 1024 * 1024,
    transform: (chunk: Buffer, _encoding, done) => attempt(() => see(chunk), done, chunk),
    flush: (done) => attempt(end, done),
  });
}
