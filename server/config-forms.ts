import { isIP } from 'node:net';
import type { z } from 'zod';
import { readVerifierKey, type SignatureType, signatureTypes } from '../signing/note.ts';
import { parseS3Url } from '../storage/objects/s3-address.ts';

/** The forms that settings have beyond what a schema says by itself. */

/** Parts of a list, by comma or line. */
export function listOf(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `sqlite:`, or MongoDB's with the name of a database. */
export function isDatabaseUrl(url: string): boolean {
  if (url === 'sqlite:') return true;
  return /^mongodb(\+srv)?:\/\/[^/]+\/[A-Za-z0-9_-]{1,63}(\?.*)?$/.test(url);
}

/** Names what is wrong with it, never its key. */
export function checkObjectsUrl(url: string, context: z.RefinementCtx): void {
  if (url === 'file:') return;
  try {
    parseS3Url(url);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `takes file: or s3://…; ${(error as Error).message}` });
  }
}

/** An address, or a CIDR range that does not hold every address. */
export function isRange(part: string): boolean {
  const [address = '', bits, ...rest] = part.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Somebody else's service, by http or https. Without name and password: it is shown as it stands. */
export function isOutsideUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username + password === '';
}

/** An address and, after a space, the verifier key of a witness. */
export function isWitness(part: string): boolean {
  const [url = '', vkey = '', ...more] = part.split(/\s+/);
  return more.length === 0 && isOutsideUrl(url) && isVerifierKey(vkey, signatureTypes.witness);
}

/** Whether the names in the keys of witnesses differ. */
export const areNamedApart = (parts: string[]): boolean =>
  new Set(parts.map((part) => part.split(/\s+/)[1]?.split('+')[0])).size === parts.length;

export const isLogKey = (vkey: string): boolean => isVerifierKey(vkey, signatureTypes.log);

function isVerifierKey(vkey: string, type: SignatureType): boolean {
  try {
    return readVerifierKey(vkey, type).type === type;
  } catch {
    return false;
  }
}

/** Scheme, host and port alone. */
export function isOrigin(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, search, hash, username, password } = new URL(url);
  return pathname === '/' && search + hash + username + password === '';
}

/** A zone that this runtime knows (IANA). */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
