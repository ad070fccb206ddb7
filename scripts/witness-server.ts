import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { lingerAfterRefusal } from '../server/http/linger.ts';
import { answerAddCheckpoint } from '../server/witness/door.ts';
import type { Witness } from '../server/witness/witness.ts';

/** The HTTP face of a witness by itself: add-checkpoint (C2SP tlog-witness), and what it cosigned last for whoever looks. */
export function witnessServer(witness: Witness, logger: Logger): Server {
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5000 };
  return createServer(limits, (req, res) => {
    lingerAfterRefusal(req, res);
    const digest = /^\/checkpoint\/([0-9a-f]{64})$/.exec(req.url ?? '')?.[1];
    const refuse = (status: number, headers = {}) => res.writeHead(status, headers).end();
    if (digest !== undefined && req.method === 'GET') return show(witness.cosigned(digest), res);
    if (req.url !== '/add-checkpoint') return refuse(404);
    if (req.method !== 'POST') return refuse(405, { Allow: 'POST' });
    return answerAddCheckpoint(witness, req, res).catch((error) => {
      logger.error({ err: error }, 'a checkpoint could not be judged');
      if (res.headersSent) res.destroy();
      else refuse(500);
    });
  });
}

async function show(reading: Promise<string | undefined>, res: ServerResponse): Promise<void> {
  const note = await reading.catch(() => undefined);
  res.writeHead(note === undefined ? 404 : 200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(note);
}
