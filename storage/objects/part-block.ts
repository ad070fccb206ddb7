import { PART_BYTES } from './s3-parts.ts';

/** A block begins so large and doubles, so that many small uploads at once hold no more than twice what came of them. */
const FIRST_BYTES = 1024 * 1024;

/** So many whole blocks wait for their next part: fresh memory of that size costs a page fault every 4 KiB, and the collector a round. */
const KEPT = 2;
const kept: Buffer<ArrayBuffer>[] = [];
const none = Buffer.alloc(0);

/** The bytes of a part as they come, copied into one block of memory: what they came in is free again at once. */
export class PartBlock {
  #memory: Buffer<ArrayBuffer> = none;
  #length = 0;

  /** To be asked for when no more is added, and not read after `release`. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  get full(): boolean {
    return this.#length === PART_BYTES;
  }

  /** Takes what still fits of the part; returns the rest. */
  add(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, PART_BYTES - this.#length);
    if (this.#length + taken.length > this.#memory.length) this.#grow(this.#length + taken.length);
    this.#memory.set(taken, this.#length);
    this.#length += taken.length;
    return bytes.subarray(taken.length);
  }

  /** The memory may serve another part: nothing reads it any more, no connection either. */
  release(): void {
    if (this.#memory.length === PART_BYTES && kept.length < KEPT) kept.push(this.#memory);
    this.#memory = none;
    this.#length = 0;
  }

  #grow(needed: number): void {
    let size = Math.max(this.#memory.length, FIRST_BYTES);
    while (size < needed) size *= 2;
    const larger = (this.#length === 0 && kept.pop()) || Buffer.allocUnsafeSlow(size);
    larger.set(this.bytes);
    this.#memory = larger;
  }
}
