import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RefusingProxy {
  port: number;
  /** Requests turned away so far. */
  refused(): number;
  close(): void;
}

const ANSWER =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** An HTTP proxy to an object server on this machine that answers 503 SlowDown to the requests that `refuses` picks, and passes the others on. */
export async function startRefusingProxy(
  target: { host: string; port: number },
  refuses: (request: IncomingMessage) => boolean,
): Promise<RefusingProxy> {
  let refused = 0;
  const server = createServer((req, res) => {
    if (refuses(req)) {
      refused += 1;
      req.resume();
      res.writeHead(503, { 'content-type': 'application/xml', 'content-length': ANSWER.length }).end(ANSWER);
      return;
    }
    const { method, url: path, headers } = req;
    const passed = request({ ...target, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passed.on('error', () => res.destroy());
    res.on('close', () => passed.destroy());
    req.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** An address with the proxy's port instead of its own. */
export function throughPort(address: string, port: number): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}

export const targetOf = (address: string) => ({ host: new URL(address).hostname, port: Number(new URL(address).port) });
