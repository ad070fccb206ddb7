import type { S3Bucket } from './s3-bucket.ts';
import { beginParts, putPart } from './s3-parts.ts';

/** How far a multipart upload is: so many full parts in the upload `id`. */
export interface PartsState {
  id: string | undefined;
  parts: number;
}

/** So many uploads of this process write a part while they take the next; others write first and take then, so memory stays flat. */
const OVERLAPPING = 4;
let overlapping = 0;

/** Writes parts one after the other, and the state after each, behind a source that goes on meanwhile. */
export class PartsBehind {
  readonly #bucket: S3Bucket;
  readonly #key: string;
  readonly #saved: (state: PartsState) => Promise<void>;
  #state: PartsState;
  #writing: Promise<void> = Promise.resolve();

  constructor(bucket: S3Bucket, key: string, { id, parts }: PartsState, saved: (state: PartsState) => Promise<void>) {
    this.#bucket = bucket;
    this.#key = key;
    this.#state = { id, parts };
    this.#saved = saved;
  }

  /** Resolves when the next part may be collected: at once, or when this one is written. Throws what the part before it ended with. */
  async put(part: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = this.#write(part);
    if (overlapping >= OVERLAPPING) {
      await this.#writing;
      return;
    }
    overlapping += 1;
    this.#writing = this.#writing.finally(() => {
      overlapping -= 1;
    });
    // Asked for by the next part, or by the end.
    this.#writing.catch(() => {});
  }

  /** The state once everything is written. */
  async end(): Promise<PartsState> {
    await this.#writing;
    return this.#state;
  }

  async #write(part: Uint8Array): Promise<void> {
    const { parts } = this.#state;
    const id = this.#state.id ?? (await beginParts(this.#bucket, this.#key));
    await putPart(this.#bucket, this.#key, id, parts + 1, part);
    this.#state = { id, parts: parts + 1 };
    await this.#saved(this.#state);
  }
}
