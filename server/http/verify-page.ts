import type { RequestHandler } from 'express';
import { Fault } from '../errors.ts';
import type { Limits } from './limits.ts';

/**
 * `/verify.html` for everybody who would rather not take it from a package. It runs under the policy that it carries, not under that of the
 * service's other answers: only its own script, and no network. Throws NOT_FOUND when it was not built.
 */
export function pageHandler(page: Uint8Array | undefined, limits: Limits): RequestHandler {
  const text = Buffer.from(page ?? []).toString('utf8');
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1];
  return async (req, res) => {
    await limits.takePublic(req.ip ?? '');
    if (!policy) throw new Fault('NOT_FOUND');
    res.set('Content-Security-Policy', `${policy}; frame-ancestors 'none'`).type('html').send(text);
  };
}
