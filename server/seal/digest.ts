import { Worker } from 'node:worker_threads';

export interface Digests {
  /** Bytes read. */
  size: number;
  /** Hex. */
  sha256: string;
  /** Hex; absent when it is not configured. */
  sm3?: string;
}

/** The shared ring between the reader and the second digest: see digest-worker.ts. */
export const SLOTS = 8;
export const SLOT_BYTES = 1024 * 1024;

/**
 * Reads a file once and digests it: SHA-256 in the thread that reads, SM3 in a second thread from the same buffers, so that the
 * slower of the two sets the pace. Throws what reading throws, and when `signal` fires.
 */
export async function digestFile(path: string, withSm3: boolean, signal?: AbortSignal): Promise<Digests> {
  signal?.throwIfAborted();
  const ring = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  // One word a slot: 0 free, 1 + length when full, -1 at the end.
  const states = new SharedArrayBuffer(SLOTS * 4);
  const script = new URL('./digest-worker.ts', import.meta.url);
  const start = (role: 'reader' | 'follower') =>
    new Worker(script, { workerData: { role, path, ring, states, withSm3 } });
  const reader = start('reader');
  const follower = withSm3 ? start('follower') : undefined;
  const stop = () => {
    void reader.terminate();
    void follower?.terminate();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const [read, second] = await Promise.all([answerOf(reader), follower && answerOf(follower)]);
    return { size: read.size, sha256: read.digest, ...(second && { sm3: second.digest }) };
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
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
