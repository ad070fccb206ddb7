import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueTimestamper } from '../../signing/authority.ts';
import { imprintOf, makeQuery } from '../../signing/timestamp.ts';
import { answerQuery } from '../../signing/timestamp-authority.ts';

export const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const naming = { commonName: 'Outside Root', organization: 'Elsewhere', now: new Date(Date.now() - 60_000), random };

/** An authority outside, over HTTP on this machine, which can be told to answer otherwise. */
export class OutsideTsa {
  readonly root = createAuthority(naming);
  readonly #leaf = issueTimestamper(this.root, { ...naming, commonName: 'Outside TSA' });
  mode: 'good' | 'down' | 'redirect' | 'huge' | 'other' | 'old' = 'good';
  asked = 0;

  readonly #server: Server = createServer(async (req, res) => {
    this.asked += 1;
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const query = this.mode === 'other' ? makeQuery(imprintOf(Buffer.from('x')), random).query : Buffer.concat(parts);
    const authority = { ...this.#leaf, policy: '1.2.3.4', accuracySeconds: 1, random };
    const at = new Date(Date.now() - (this.mode === 'old' ? 40_000_000 : 0));
    if (this.mode === 'down') return res.writeHead(503).end();
    if (this.mode === 'redirect') return res.writeHead(302, { Location: '/elsewhere' }).end();
    res.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
    return res.end(this.mode === 'huge' ? Buffer.alloc(1_000_000) : answerQuery(authority, query, at));
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsa`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
