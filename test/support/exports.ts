import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../../server/deps.ts';
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

/** No byte gets to the work store until it is ended: what packs has to wait, as for a disk that is slow. */
export function slowDisk({ work }: Deps): { end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const put = work.put.bind(work);
  work.put = async (key, source) =>
    await put(
      key,
      Readable.from(
        (async function* () {
          await promise;
          yield* source instanceof Uint8Array ? [source] : source;
        })(),
      ),
    );
  return {
    end: () => {
      work.put = put;
      resolve();
    },
  };
}
