import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { CONTROL, SLOT_BYTES, SLOTS } from './digest.ts';

// The reader fills slots of the ring in turn and digests each; the follower digests the same slot and frees it.

interface Task {
  role: 'reader' | 'follower';
  path: string;
  ring: SharedArrayBuffer;
  states: SharedArrayBuffer;
  control: SharedArrayBuffer;
  withSm3: boolean;
}

const END = -1;
const { role, path, ring, states, control, withSm3 } = workerData as Task;
const words = new Int32Array(states);
const signs = new Int32Array(control);
const allowed = new BigInt64Array(control);
const slots = withSm3 ? SLOTS : 1;
const slotAt = (index: number) => new Uint8Array(ring, (index % slots) * SLOT_BYTES, SLOT_BYTES);

/** Waits until a whole slot may be read from `position`, or the file is whole. */
function waitForBytes(position: number): void {
  for (;;) {
    const changes = Atomics.load(signs, CONTROL.changes);
    if (Atomics.load(signs, CONTROL.whole) === 1) return;
    if (Number(Atomics.load(allowed, CONTROL.allowed)) - position >= SLOT_BYTES) return;
    Atomics.wait(signs, CONTROL.changes, changes);
  }
}

function put(index: number, word: number): void {
  Atomics.store(words, index % SLOTS, word);
  Atomics.notify(words, index % SLOTS);
}

function waitWhile(index: number, unwanted: (word: number) => boolean): number {
  for (;;) {
    const word = Atomics.load(words, index % SLOTS);
    if (!unwanted(word)) return word;
    Atomics.wait(words, index % SLOTS, word);
  }
}

function read(): { digest: string; size: number } {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  let size = 0;
  try {
    for (let index = 0; ; index++) {
      if (withSm3) waitWhile(index, (word) => word !== 0);
      const slot = slotAt(index);
      waitForBytes(size);
      const length = readSync(file, slot, 0, SLOT_BYTES, size);
      if (length === 0) {
        put(index, END);
        return { digest: hash.digest('hex'), size };
      }
      if (withSm3) put(index, length + 1);
      hash.update(slot.subarray(0, length));
      size += length;
    }
  } finally {
    closeSync(file);
  }
}

function follow(): { digest: string; size: number } {
  const hash = createHash('sm3');
  let size = 0;
  for (let index = 0; ; index++) {
    const word = waitWhile(index, (value) => value === 0);
    if (word === END) return { digest: hash.digest('hex'), size };
    hash.update(slotAt(index).subarray(0, word - 1));
    size += word - 1;
    put(index, 0);
  }
}

try {
  parentPort?.postMessage(role === 'reader' ? read() : follow());
} catch (error) {
  parentPort?.postMessage({ error: (error as Error).message, code: (error as NodeJS.ErrnoException).code });
}
