/** One fault of one field; `pointer` is a JSON pointer (RFC 6901) into the body. */
export interface FieldFault {
  pointer: string;
  detail: string;
}

/** What the service refused with, in the language of the page (RFC 9457), or `NETWORK` when it did not answer at all. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  readonly requestId: string | undefined;

  constructor({ code, status, title, detail, errors, requestId }: Partial<Problem>) {
    super(code);
    this.name = 'Problem';
    this.code = code ?? 'UNKNOWN';
    this.status = status ?? 0;
    this.title = title ?? '';
    this.detail = detail ?? '';
    this.errors = errors ?? [];
    this.requestId = requestId;
  }
}

/** Any error as a problem: what is none of the service's has no words of its own. */
export const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({ code: 'PAGE', detail: String(error) });
