import type { PartBlock } from './part-block.ts';
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

/** Parts that come faster share a note of the state: what a crash costs is sent again as fast. */
const SAVE_MS = 1000;

/**
 * Writes parts one after the other behind a source that goes on meanwhile, and notes the state while the next part is written already: what is
 * not in it is at most what came in the last second, the part being written and the one being collected.
 */
export class PartsBehind {
  readonly #bucket: S3Bucket;
  readonly #key: string;
  readonly #save: (state: PartsState) => Promise<void>;
  #state: PartsState;
  #writing: Promise<void> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();
  #savedAt = performance.now();

  constructor(bucket: S3Bucket, key: string, { id, parts }: PartsState, save: (state: PartsState) => Promise<void>) {
    this.#bucket = bucket;
    this.#key = key;
    this.#state = { id, parts };
    this.#save = save;
  }

  /**
   * Takes the block over. Resolves when the next part may be collected: once the part before this one is written, or when this one is.
   * Throws what the part before it ended with.
   */
  async put(block: PartBlock): Promise<void> {
    await this.#writing;
    const before = this.#saving;
    this.#writing = this.#write(block);
    // Asked for by the next part, or by the end.
    this.#writing.catch(() => {});
    if (overlapping >= OVERLAPPING) {
      await this.end();
      return;
    }
    overlapping += 1;
    this.#writing = this.#writing.finally(() => {
      overlapping -= 1;
    });
    this.#writing.catch(() => {});
    await before;
  }

  /** The state once everything is written; whoever ends an upload's parts saves it. */
  async end(): Promise<PartsState> {
    await this.#writing;
    await this.#saving;
    return this.#state;
  }

  async #write(block: PartBlock): Promise<void> {
    const { parts } = this.#state;
    const begun = this.#state.id;
    const id = begun ?? (await beginParts(this.#bucket, this.#key));
    const { repeated } = await putPart(this.#bucket, this.#key, id, parts + 1, block.bytes);
    if (!repeated) block.release();
    const state = { id, parts: parts + 1 };
    this.#state = state;
    // The first note names the multipart upload: without it nobody could abort that.
    if (begun && performance.now() - this.#savedAt < SAVE_MS) return;
    this.#savedAt = performance.now();
    this.#saving = this.#saving.then(() => this.#save(state));
    this.#saving.catch(() => {});
  }
}
