import { createSHA256 } from 'hash-wasm';

/** What the worker tells: how many bytes it has read, and at the end the digest, hex. */
export type Told = { read: number } | { sha256: string } | { failed: string };

const PIECE = 4 * 1_048_576;
const tell = (told: Told) => postMessage(told);

/** Digests a file in pieces, so that its size does not matter. */
async function digest(file: Blob): Promise<void> {
  const hash = await createSHA256();
  hash.init();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    tell({ read: Math.min(at + PIECE, file.size) });
  }
  tell({ sha256: hash.digest() });
}

addEventListener(
  'message',
  ({ data }: MessageEvent<Blob>) =>
    void digest(data).catch((error: Error) => tell({ failed: `${error.name}: ${error.message}` })),
);
