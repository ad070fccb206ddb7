import { isIPv4 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { QUERY_LIMIT } from '../../signing/timestamp.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Limits } from './limits.ts';

const QUERY_TYPE = 'application/timestamp-query';

/**
 * `POST /tsa`: time stamps over HTTP (RFC 3161 section 3.4), self-issued. For programs on this machine unless TSA_SERVE says otherwise; a request that a
 * proxy passed on does not count as from here.
 */
export function tsaHandler({ config, time }: Pick<Deps, 'config' | 'time'>, limits: Limits): RequestHandler {
  return async (req, res) => {
    if (config.TSA_SERVE === 'loopback' && !isFromHere(req)) throw new Fault('NOT_FOUND');
    await limits.takeUnsigned(req.ip ?? '');
    if (req.get('content-type') !== QUERY_TYPE)
      throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: QUERY_TYPE } });
    const reply = time.answer(await bodyOf(req));
    res.set('Cache-Control', 'no-store').type('application/timestamp-reply').send(Buffer.from(reply));
  };
}

function isFromHere(req: Request): boolean {
  const passedOn = ['forwarded', 'x-forwarded-for', 'via'].some((name) => req.headers[name] !== undefined);
  return !passedOn && isLoopback(req.socket.remoteAddress ?? '');
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return address === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** At most a little more than a query may have; what is longer is refused by its form. */
async function bodyOf(req: Request): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > QUERY_LIMIT) throw new Fault('BODY_TOO_LARGE', { params: { limit: QUERY_LIMIT } });
    parts.push(part);
  }
  return Buffer.concat(parts);
}
