import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { exactPem } from '../../signing/certificate.ts';
import { type Imprint, makeQuery, TOKEN_LIMIT, tokenOfReply, verifyToken } from '../../signing/timestamp.ts';
import { askOutside } from '../ask-outside.ts';
import { BackOff } from '../back-off.ts';
import { type Config, ConfigFaults, timeUrlsOf } from '../config.ts';
import type { Stamp, Timestamper } from './timestamper.ts';

interface Asking {
  config: Config;
  logger: Logger;
  now: () => Date;
  random: (size: number) => Uint8Array;
}

/** A token whose time is further from our clock than this is not believed: one of the two is wrong. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/** Roots and intermediates of the outside authorities, exact PEM; empty when there are none. Throws ConfigFaults. */
export function outsideRoots(config: Config): string {
  if (timeUrlsOf(config).length === 0) return '';
  if (!config.TSA_CA)
    throw new ConfigFaults(['TSA_CA: TSA_URLS needs the certificates that its tokens are verified under']);
  return exactPem(readFileSync(config.TSA_CA, 'utf8'));
}

/**
 * Outside authorities in the order of TSA_URLS (RFC 3161 section 3.4, over HTTP): the first that answers with a token that verifies under TSA_CA.
 * Redirects are refused, answers capped, each is given ten seconds, and one that failed is left alone for a while.
 */
export function outsideTimestamper({ config, logger, now, random }: Asking): Timestamper {
  const trust = [outsideRoots(config)];
  const backOff = new BackOff(now);
  const ask = async (url: string, imprint: Imprint): Promise<Stamp> => {
    const { query, nonce } = makeQuery(imprint, random);
    const token = tokenOfReply(await post(url, query));
    const { time } = verifyToken({ token, imprint, nonce, trust });
    if (Math.abs(time.getTime() - now().getTime()) > CLOCK_DIFFERENCE_MS)
      throw new Error(`its time ${time.toISOString()} is far from that of this machine`);
    return { token, time, selfIssued: false };
  };
  return {
    stamp: async (imprint) => {
      for (const url of timeUrlsOf(config)) {
        if (backOff.rests(url)) continue;
        try {
          const stamp = await ask(url, imprint);
          backOff.worked(url);
          return stamp;
        } catch (error) {
          logger.warn({ err: error, url, pause: backOff.failed(url) }, 'a time-stamping authority gave no time');
        }
      }
      return undefined;
    },
  };
}

async function post(url: string, query: Uint8Array): Promise<Uint8Array> {
  const headers = { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' };
  const { status, type, body } = await askOutside(url, query, { headers, limit: TOKEN_LIMIT });
  if (status !== 200 || type !== 'application/timestamp-reply') throw new Error(`it answers ${status} ${type}`);
  return body;
}
