import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import { lingerAfterRefusal } from './linger.ts';
import type { Metrics } from './metrics.ts';

/** Bytes of a request's address, and headers of a request: more is no client of ours. Their length is Node's to bound (16 KiB). */
const ADDRESS_LIMIT = 8192;
const HEADER_LIMIT = 100;

/** What happens to every request before it is looked at: its id, its count, and the refusal of what cannot be meant. */
export function frame({ newId, logger }: Deps, metrics: Metrics, draining: () => boolean): RequestHandler {
  return (req, res, next) => {
    const requestId = newId();
    const began = performance.now();
    // Before a router takes its part of it away.
    const path = pathLogged(req.path);
    res.locals.requestId = requestId;
    res.set('X-Request-Id', requestId);
    lingerAfterRefusal(req, res);
    res.once('close', () => {
      const { method } = req;
      const { statusCode: status } = res;
      const seconds = (performance.now() - began) / 1000;
      metrics.requests.inc({ method, status });
      metrics.seconds.observe(seconds);
      // No query and no header: search words and secrets stand in them.
      logger.debug({ requestId, method, path, status, seconds }, 'request');
    });
    next(refusalOf(req, draining()));
  };
}

/** What another system calls a thing may be a person's number there, and is ciphertext in the ledger. */
const pathLogged = (path: string) => path.replace(/(\/external\/[^/]+\/).+/, '$1…');

function refusalOf({ url, rawHeaders }: { url: string; rawHeaders: string[] }, draining: boolean): Fault | undefined {
  if (draining) return new Fault('UNAVAILABLE', { headers: { Connection: 'close', 'Retry-After': '10' } });
  if (url.length > ADDRESS_LIMIT) return new Fault('ADDRESS_TOO_LONG', { params: { limit: ADDRESS_LIMIT } });
  if (rawHeaders.length / 2 > HEADER_LIMIT) return new Fault('HEADERS_TOO_LARGE');
  return undefined;
}
