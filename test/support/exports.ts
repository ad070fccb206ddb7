import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../../server/deps.ts';
import { parseWorkKey } from '../../storage/objects/layout.ts';
import { type Client, must } from './client.ts';

/** An export once it is packed, or has failed. */
export async function packed(client: Client, id: string) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(25)) {
    const body = must(await client.get(`/exports/${id}`));
    if (body.state !== 'queued' && body.state !== 'packing') return body;
  }
  throw new Error(`export ${id} is not settled`);
}

/** Asks for a package of a case and waits for it. */
export async function pack(client: Client, caseId: string, order: object = {}) {
  return await packed(client, must(await client.post(`/cases/${caseId}/exports`, order), 202).id);
}

/** No byte of a package gets to the work store until it is ended, as with a disk that is slow. The log goes on: packing waits for it. */
export function slowDisk({ work }: Deps): { end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const put = work.put.bind(work);
  const slow = async function* (source: Readable | Uint8Array) {
    await promise;
    yield* source instanceof Uint8Array ? [source] : source;
  };
  work.put = async (key, source) =>
    await put(key, parseWorkKey(key)?.area === 'packages' ? Readable.from(slow(source)) : source);
  return {
    end: () => {
      work.put = put;
      resolve();
    },
  };
}
