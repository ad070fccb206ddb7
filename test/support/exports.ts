import { setTimeout as sleep } from 'node:timers/promises';
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
