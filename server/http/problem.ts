import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { ENTRY_LIMIT } from '../../signing/chain.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { InvalidCursor } from '../../storage/documents/document-store.ts';
import { isUnavailable } from '../../storage/unavailable.ts';
import { Fault, invalid } from '../errors.ts';
import { RequestReused, VersionNotMatched } from '../ledger/ledger.ts';
import { ClaimTaken, VersionConflict } from '../ledger/sequencer.ts';

export type Language = 'zh' | 'en';

/** Chinese unless English is preferred (Accept-Language, RFC 9110 section 12.5.4). */
export function languageOf(req: Request): Language {
  return req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
}

/** Any error as a Fault of the catalogue; what is not foreseen is INTERNAL, which says nothing of the inside. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof RequestReused) return new Fault('IDEMPOTENCY_KEY_REUSED');
  if (error instanceof VersionNotMatched) return new Fault('PRECONDITION_FAILED');
  if (error instanceof VersionConflict) return new Fault('CONFLICT');
  if (error instanceof ClaimTaken) {
    return new Fault('ALREADY_EXISTS', { params: { what: error.claim.slice(0, error.claim.indexOf('/')) } });
  }
  if (error instanceof InvalidCursor) {
    return invalid('/query/after', 'not a cursor of this list');
  }
  if (error instanceof ProofError && error.code === 'ENTRY_TOO_LARGE') {
    return new Fault('BODY_TOO_LARGE', { params: { limit: ENTRY_LIMIT } });
  }
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC') {
    return new Fault('DISK_FULL', { cause: error });
  }
  if (isUnavailable(error)) return new Fault('STORAGE_UNAVAILABLE', { cause: error, headers: { 'Retry-After': '5' } });
  return ofExpress(error) ?? new Fault('INTERNAL', { cause: error });
}

/** What express and its body parser throw (errors of http-errors, told apart by `type` and `status`). */
function ofExpress(error: unknown): Fault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status, limit } = error as { type?: string; status?: number; limit?: number };
  if (type === 'entity.too.large') return new Fault('BODY_TOO_LARGE', { params: { limit: limit ?? 0 } });
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') {
    return new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'application/json; charset=utf-8' } });
  }
  if (type !== undefined && status !== undefined && status < 500) return new Fault('MALFORMED_JSON');
  // A parameter of the path that cannot be decoded names nothing.
  if (error instanceof URIError) return new Fault('NOT_FOUND');
  return status === 400 ? new Fault('MALFORMED_REQUEST') : undefined;
}

/** RFC 9457: `type` is an address made of the code. */
export function problemOf(fault: Fault, language: Language, requestId: string) {
  const { code, status } = fault;
  const errors = fault.fields(language);
  const { title, detail } = fault.words(language);
  return { type: `/problems/${code}`, title, status, detail, code, requestId, ...(errors.length > 0 && { errors }) };
}

const ofTheAnswer = ['Content-Disposition', 'Content-Length', 'Accept-Ranges', 'ETag', 'Content-Range'];

function sendProblem(fault: Fault, req: Request, res: Response): void {
  for (const name of ofTheAnswer) res.removeHeader(name);
  const language = languageOf(req);
  res.status(fault.status).set(fault.headers);
  res.set({
    'Content-Language': language === 'zh' ? 'zh-CN' : 'en',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json; charset=utf-8',
  });
  res.vary('Accept-Language');
  res.send(Buffer.from(JSON.stringify(problemOf(fault, language, res.locals.requestId as string))));
}

/** The one place where errors become answers. An answer that has begun is cut; one that nobody waits for is no failure. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const gone = res.destroyed || (req.destroyed && !req.complete);
    const fault = faultOf(error);
    if (fault.status >= 500 && !gone)
      logger.error({ err: fault.cause ?? fault, requestId: res.locals.requestId }, 'request failed');
    if (res.headersSent) res.destroy();
    else sendProblem(fault, req, res);
  };
}
