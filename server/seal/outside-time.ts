import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { exactPem } from '../../signing/certificate.ts';
import { type Imprint, makeQuery, TOKEN_LIMIT, tokenOfReply, verifyToken } from '../../signing/timestamp.ts';
import { type Config, ConfigFaults, timeUrlsOf } from '../config.ts';
import type { Stamp, Timestamper } from './timestamper.ts';

interface Asking {
  config: Config;
  logger: Logger;
  now: () => Date;
  random: (size: number) => Uint8Array;
}

const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
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
  const resting = new Map<string, { failures: number; until: number }>();
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
        const { failures, until } = resting.get(url) ?? { failures: 0, until: 0 };
        if (until > now().getTime()) continue;
        try {
          const stamp = await ask(url, imprint);
          resting.delete(url);
          return stamp;
        } catch (error) {
          const pause = Math.min(LONGEST_PAUSE_MS, 5000 * 2 ** failures);
          resting.set(url, { failures: failures + 1, until: now().getTime() + pause });
          logger.warn({ err: error, url, pause }, 'a time-stamping authority gave no time');
        }
      }
      return undefined;
    },
  };
}

async function post(url: string, query: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
    body: Buffer.from(query),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const type = response.headers.get('content-type')?.split(';')[0]?.trim();
  if (response.status !== 200 || type !== 'application/timestamp-reply' || !response.body) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status} ${type}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > TOKEN_LIMIT) throw new Error('its answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
