import type { Request } from 'express';
import type { Config } from '../config.ts';
import { Fault } from '../errors.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Writes by cookie come from our own pages only: Origin must be ours where a browser sends it, and Sec-Fetch-Site must not
 * tell of another site. A client that sends neither is no browser, and holds the cookie because it signed in itself.
 */
export function checkOrigin(req: Request, config: Config): void {
  if (reading.has(req.method)) return;
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Fault('ORIGIN_REJECTED');
  const { origin } = req.headers;
  if (origin === undefined) return;
  const own = config.PUBLIC_URL ? new URL(config.PUBLIC_URL).origin : `${req.protocol}://${req.get('host')}`;
  if (origin !== own) throw new Fault('ORIGIN_REJECTED');
}
