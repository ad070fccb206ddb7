import type { Readable } from 'node:stream';

/** What comes of a source, whose breaking is only its end; left undestroyed when the loop over it ends early. */
export async function* arriving(source: Readable): AsyncGenerator<Uint8Array> {
  const chunks = source.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}
