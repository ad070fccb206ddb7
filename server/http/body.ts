import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { canonicalBytes } from '../../signing/canonical.ts';
import { pointerPart } from '../../signing/pointer.ts';
import type { Config } from '../config.ts';
import { Fault, invalid } from '../errors.ts';

/** Deeper than any body that a route takes. */
const DEPTH = 32;
/** A JSON body is small: it has so long to arrive, in ms, however busy the connection is. */
const LONGEST_MS = 30_000;
const types = ['application/json', 'application/*+json'];

type ReadBody = (req: Request, res: Response) => Promise<unknown>;

/**
 * A reader of JSON bodies: UTF-8 alone (RFC 8259 section 8.1), objects and arrays only, not compressed, at most BODY_LIMIT bytes.
 * It throws UNSUPPORTED_MEDIA_TYPE, REQUEST_TIMEOUT, and the errors of express that problem.ts knows (BODY_TOO_LARGE, MALFORMED_JSON).
 */
export function bodyReader(config: Config): ReadBody {
  const json = express.json({
    limit: config.BODY_LIMIT,
    strict: true,
    inflate: false,
    type: types,
    verify: demandUtf8,
  });
  return async (req, res) => {
    if (!req.is(types)) throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'application/json' } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(
      () => reject(new Fault('REQUEST_TIMEOUT', { headers: { Connection: 'close' } })),
      LONGEST_MS,
    );
    json(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
    await promise.finally(() => clearTimeout(late));
    demandPlain(req.body);
    return req.body;
  };
}

/** The parser itself would put U+FFFD where bytes are no UTF-8. */
function demandUtf8(_req: unknown, _res: unknown, bytes: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw Object.assign(new Error(encoding), { type: 'charset.unsupported' });
  if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { type: 'entity.parse.failed' });
}

/** The Idempotency-Key of a request, or undefined. Throws IDEMPOTENCY_KEY_INVALID. */
export function idempotencyKey({ headers }: Pick<Request, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(key)) throw new Fault('IDEMPOTENCY_KEY_INVALID');
  return key;
}

/**
 * What a request asks for: path and body in canonical form, so that the order of fields does not make another request of it. Compared
 * within an installation only, so a body that has no canonical form (a fraction) may stand in its JSON form. How it is signed is no part of that,
 * and no digest of a password is kept.
 */
export function requestText({ method, path }: Request, given: unknown = null): string {
  const { signature: _, ...unsigned } = Object(given) as { signature?: unknown };
  const body = given !== null && typeof given === 'object' && 'signature' in given ? unsigned : given;
  try {
    return `${method} ${path} ${Buffer.from(canonicalBytes(body)).toString('utf8')}`;
  } catch {
    return `${method} ${path} ${JSON.stringify(body)}`;
  }
}

/** RFC 7493 section 2.1: no lone surrogates, in names neither; and no nesting that recursion could not follow. */
function demandPlain(value: unknown, pointer = '', depth = 0): void {
  if (depth > DEPTH) throw new Fault('MALFORMED_JSON');
  if (typeof value === 'string') demandWellFormed(value, pointer);
  if (value === null || typeof value !== 'object') return;
  for (const [name, field] of Object.entries(value)) {
    demandWellFormed(name, pointer);
    demandPlain(field, `${pointer}/${pointerPart(name)}`, depth + 1);
  }
}

function demandWellFormed(text: string, pointer: string): void {
  if (text.isWellFormed()) return;
  throw invalid(pointer, 'a lone surrogate is no character');
}
