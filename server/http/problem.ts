import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { InvalidCursor } from '../../storage/documents/document-store.ts';
import { Fault, type FaultCode } from '../errors.ts';
import { RequestReused, VersionNotMatched } from '../ledger/ledger.ts';
import { ClaimTaken, VersionConflict } from '../ledger/sequencer.ts';

/** Chinese unless English is asked for first (Accept-Language, RFC 9110 section 12.5.4). */
export function languageOf(req: Request): 'zh' | 'en' {
  return req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh';
}

/** Any error as a Fault of the catalogue; what is not foreseen is INTERNAL, which says nothing of the inside. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof RequestReused) return new Fault('IDEMPOTENCY_KEY_REUSED');
  if (error instanceof VersionNotMatched) return new Fault('PRECONDITION_FAILED');
  if (error instanceof VersionConflict) return new Fault('CONFLICT');
  if (error instanceof InvalidCursor) {
    return new Fault('VALIDATION', { errors: [{ pointer: '/query/after', detail: 'no cursor of this list' }] });
  }
  if (error instanceof ClaimTaken) {
    return new Fault('ALREADY_EXISTS', { params: { what: error.claim.slice(0, error.claim.indexOf('/')) } });
  }
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large')
    return new Fault('BODY_TOO_LARGE', { params: { limit: (error as { limit: number }).limit } });
  if (type === 'entity.parse.failed' || type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new Fault('MALFORMED_JSON');
  if (type === 'request.aborted' || type === 'request.size.invalid' || status === 400)
    return new Fault('MALFORMED_JSON');
  return new Fault('INTERNAL', { cause: error });
}

/** RFC 9457: `type` is an address made of the code; `instance` is the request's id. */
export function sendProblem(fault: Fault, req: Request, res: Response): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  for (const name of ['Content-Disposition', 'Content-Length', 'Accept-Ranges', 'ETag', 'Content-Range'])
    res.removeHeader(name);
  const language = languageOf(req);
  const requestId = res.locals.requestId as string;
  const { title, detail } = fault.words(language);
  res.status(fault.status).set(fault.headers);
  res.set({
    'Content-Language': language === 'zh' ? 'zh-CN' : 'en',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Language',
  });
  const problem = {
    type: `/problems/${fault.code}`,
    title,
    status: fault.status,
    detail,
    code: fault.code as FaultCode,
    requestId,
  };
  const body = fault.errors.length > 0 ? { ...problem, errors: fault.errors } : problem;
  res.type('application/problem+json').send(JSON.stringify(body));
}

/** The one place where errors become answers. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const fault = faultOf(error);
    if (fault.status >= 500)
      logger.error({ err: fault.cause ?? fault, requestId: res.locals.requestId }, 'request failed');
    sendProblem(fault, req, res);
  };
}
