import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from '../scripts/demo/api.ts';
import { since } from './report.ts';
import { MiB } from './sample.ts';

const RANGE = 4 * MiB;

/** Opens a viewing of an unlinked record for who filmed it; returns the address of its bytes. */
export async function openViewing(api: Api, recordId: string): Promise<string> {
  const body = { reason: 'unlinked-record', text: 'bench', recordIds: [recordId], seconds: 3600, viewings: 1 };
  const grant = await api.post<{ id: string; state: string }>('/grants', body);
  const viewing = await api.post<{ records: [{ url: string }] }>(`/grants/${grant.id}/viewings`);
  return api.url(viewing.records[0].url);
}

/** Reads all of an address by ranges of 4 MiB over so many connections; returns bytes a second. */
export async function readRanges(url: string, size: number, connections: number, cookie = ''): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const read = (start: number, end: number) => readOne(url, agent, cookie, start, end);
  return await inRanges(size, connections, read).finally(() => agent.destroy());
}

/** Bytes a second of `read`, told the first and last byte of ranges of 4 MiB, so many at a time. */
export async function inRanges(
  size: number,
  connections: number,
  read: (start: number, end: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  const reader = async () => {
    while (next < size) {
      const start = next;
      next += RANGE;
      await read(start, Math.min(size, start + RANGE) - 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, reader));
  return size / since(began);
}

async function readOne(url: string, agent: Agent, cookie: string, start: number, end: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(url, { agent, headers: { Cookie: cookie, Range: `bytes=${start}-${end}` } }, (answer) => {
    if (answer.statusCode !== 206) reject(new Error(`a range answers ${answer.statusCode}`));
    let length = 0;
    answer.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });
    answer.on('end', () => (length === end - start + 1 ? resolve() : reject(new Error('cut short'))));
    answer.on('error', reject);
  }).on('error', reject);
  await promise;
}

/** What a user would pick instead: the same ranges of the same bytes from a bare node:http file server in this process. */
export async function bareServer(path: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((req, res) => {
    const [, start = '0', end = '0'] = /bytes=(\d+)-(\d+)/.exec(req.headers.range ?? '') ?? [];
    res.writeHead(206, { 'Content-Length': Number(end) - Number(start) + 1 });
    createReadStream(path, { start: Number(start), end: Number(end) }).pipe(res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
