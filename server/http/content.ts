import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { Fault } from '../errors.ts';
import type { Context } from './context.ts';
import { contentDisposition } from './disposition.ts';
import { ifRangeMatches, parseRange } from './range.ts';

/** Bytes as an answer. They leave only with the custody entry that allows it: `custody` is its seq in the agency's ledger. */
export interface Content {
  custody: number;
  mediaType: string;
  name: string;
  size: number;
  etag: string;
  disposition: 'inline' | 'attachment';
  open: (range: { start: number; end: number }) => Promise<Readable>;
  /** Told piece by piece what was handed to the connection: offsets of the first and last byte. */
  delivered?: (start: number, end: number) => void;
  /** Told once after `open`: everything has been handed to the operating system, or nothing more will be. */
  ended?: () => void;
  /** The answer in flight is cut when it fires. */
  signal?: AbortSignal;
}

export const isContent = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && typeof (value as Content).open === 'function';

/** How often it is asked whether the caller may still receive, in ms. */
const LOOK_MS = 1000;

/**
 * Sends bytes: one range or all (RFC 9110 section 14), never cached, never sniffed. While they flow the caller's session is kept awake, and
 * when it ends (signing out, suspension, a reset password) the answer is cut.
 */
export async function sendContent(content: Content, context: Context, res: Response): Promise<void> {
  const { size } = content;
  const { req } = context;
  const asked = ifRangeMatches(req.get('if-range'), content.etag) ? parseRange(req.headers.range, size) : undefined;
  res.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-store',
    'Content-Type': content.mediaType,
    'Content-Disposition': contentDisposition(content.name, content.disposition),
    'X-Accel-Buffering': 'no',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    ETag: content.etag,
  });
  if (asked === 'unsatisfiable') {
    throw new Fault('RANGE_NOT_SATISFIABLE', { params: { size }, headers: { 'Content-Range': `bytes */${size}` } });
  }
  const { start, end } = asked ?? { start: 0, end: size - 1 };
  if (asked) res.set('Content-Range', `bytes ${start}-${end}/${size}`);
  res.status(asked ? 206 : 200).set('Content-Length', String(end - start + 1));
  if (req.method === 'HEAD' || size === 0) {
    res.end();
    return;
  }
  await stream(content, start, end, context, res);
}

async function stream(content: Content, start: number, end: number, context: Context, res: Response): Promise<void> {
  const source = await content.open({ start, end });
  let at = start;
  const told = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      yield chunk;
      content.delivered?.(at, at + chunk.length - 1);
      at += chunk.length;
    }
  };
  // Cut by a reset (RFC 9293 section 3.10.5): what lies in the send buffer does not reach a slow reader any more.
  const reset = () => res.socket?.resetAndDestroy();
  content.signal?.addEventListener('abort', reset, { once: true });
  const look = setInterval(() => {
    // What cannot be looked up is not shown either.
    context.touch().then((live) => live || reset(), reset);
  }, LOOK_MS);
  try {
    await pipeline(source, told, res, content.signal ? { signal: content.signal } : {});
  } catch {
    // The client went away or the grant ended: what is cut is cut, and what was handed over has been told.
    res.destroy();
  } finally {
    clearInterval(look);
    content.signal?.removeEventListener('abort', reset);
    content.ended?.();
  }
}
