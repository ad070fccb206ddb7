import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

export interface Digests {
  /** Bytes read. */
  size: number;
  /** Hex. */
  sha256: string;
  /** Hex; absent when it is not configured. */
  sm3?: string;
}

/** A file that is being read and digested while it still grows. */
export interface RunningDigest {
  /** So many bytes from the file's start may be read now. */
  allow(bytes: number): void;
  /** The file is whole: reads to its end. Throws what reading throws. */
  finish(): Promise<Digests>;
  stop(): void;
}

/** The ring between the reader and the second digest; digest-worker.ts is its other half. */
export const SLOTS = 4;
export const SLOT_BYTES = 1024 * 1024;

/** Words of the control block: how often it changed, and whether the file is whole; then, as 64 bits, the bytes allowed. */
export const CONTROL = { changes: 0, whole: 1, allowed: 1, bytes: 16 } as const;

/** Up to here threads cost more than they bring. */
const SMALL_BYTES = 512 * 1024;

/** Reads a file once, from start to end, and digests it. Throws what reading throws, and when `signal` fires. */
export async function digestFile(path: string, withSm3: boolean, signal?: AbortSignal): Promise<Digests> {
  signal?.throwIfAborted();
  if ((await stat(path)).size <= SMALL_BYTES) return digestBytes(await readFile(path), withSm3);
  return await startDigest(path, withSm3, signal).finish();
}

function digestBytes(bytes: Uint8Array, withSm3: boolean): Digests {
  const digest = (name: string) => createHash(name).update(bytes).digest('hex');
  return { size: bytes.length, sha256: digest('sha256'), ...(withSm3 && { sm3: digest('sm3') }) };
}

/**
 * SHA-256 in the thread that reads, SM3 in a second thread from the same buffers, so that the slower of the two sets the pace and
 * the file is read once. It stops when `signal` fires.
 */
export function startDigest(path: string, withSm3: boolean, signal?: AbortSignal): RunningDigest {
  const ring = new SharedArrayBuffer(withSm3 ? SLOTS * SLOT_BYTES : SLOT_BYTES);
  // One word a slot: 0 free, 1 + length when full, -1 at the end.
  const states = new SharedArrayBuffer(SLOTS * 4);
  const control = new SharedArrayBuffer(CONTROL.bytes);
  const words = new Int32Array(control);
  const allowed = new BigInt64Array(control);
  const start = (role: 'reader' | 'follower') =>
    new Worker(new URL('./digest-worker.ts', import.meta.url), {
      workerData: { role, path, ring, states, control, withSm3 },
    });
  const reader = start('reader');
  const follower = withSm3 ? start('follower') : undefined;
  const answers = Promise.all([answerOf(reader), follower && answerOf(follower)]);
  // Whoever stops it does not wait for its answer.
  answers.catch(() => {});
  const change = () => {
    Atomics.add(words, CONTROL.changes, 1);
    Atomics.notify(words, CONTROL.changes);
  };
  const stop = () => {
    signal?.removeEventListener('abort', stop);
    void reader.terminate();
    void follower?.terminate();
  };
  signal?.addEventListener('abort', stop);
  return {
    allow(bytes) {
      Atomics.store(allowed, CONTROL.allowed, BigInt(bytes));
      change();
    },
    async finish() {
      Atomics.store(words, CONTROL.whole, 1);
      change();
      try {
        const [read, second] = await answers;
        return { size: read.size, sha256: read.digest, ...(second && { sm3: second.digest }) };
      } finally {
        stop();
      }
    },
    stop,
  };
}

interface Answer {
  digest: string;
  size: number;
}

function answerOf(worker: Worker): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  worker.once('message', (answer: Answer & { error?: string; code?: string }) =>
    answer.error ? reject(Object.assign(new Error(answer.error), { code: answer.code })) : resolve(answer),
  );
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the digest was stopped')));
  return promise;
}
