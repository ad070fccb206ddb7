import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Status } from './status.ts';
import { statusPage } from './status-page.ts';

const fileOf = (name: string) => readFileSync(fileURLToPath(new URL(`page/${name}`, import.meta.url)));

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/**
 * Serves what the agent does on this machine: `/` for people, `/status.json` for programs. It is read only, and answers nobody who came by another
 * name than this machine's: a page from elsewhere whose name was made to point here (DNS rebinding) reads nothing.
 * Rejects with the error of listening.
 */
export async function serveStatus(
  { host, port }: { host: string; port: number },
  status: () => Status,
): Promise<{ url: string; close: () => void }> {
  const files: Record<string, { type: string; body: () => string | Buffer }> = {
    '/': { type: 'text/html; charset=utf-8', body: () => statusPage(status()) },
    '/status.json': { type: 'application/json; charset=utf-8', body: () => JSON.stringify(status()) },
    '/style.css': { type: 'text/css; charset=utf-8', body: () => fileOf('style.css') },
    '/page.js': { type: 'text/javascript; charset=utf-8', body: () => fileOf('page.js') },
  };
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, server);
    const file = files[request.url ?? ''];
    if (refusal) return end(response, refusal, 'text/plain; charset=utf-8', '');
    if (!file) return end(response, 404, 'text/plain; charset=utf-8', '无此页面 no such page\n');
    end(response, 200, file.type, file.body());
  });
  server.listen(port, host);
  await once(server, 'listening');
  server.unref();
  const { port: given } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${given}/`, close };
}

/** 405 for what does more than read, 421 for a name that is not this machine's (RFC 9110, 15.5.20). */
function refusalOf({ method, headers }: IncomingMessage, server: Server): number | undefined {
  if (method !== 'GET' && method !== 'HEAD') return 405;
  const { port } = server.address() as AddressInfo;
  const [, name = '', given = '80'] = /^([^:]+|\[[^\]]+\])(?::(\d+))?$/.exec(headers.host ?? '') ?? [];
  const ours = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/i.test(name);
  return ours && Number(given) === port ? undefined : 421;
}

function end(response: ServerResponse, code: number, type: string, body: string | Buffer): void {
  response.writeHead(code, { ...HEADERS, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
