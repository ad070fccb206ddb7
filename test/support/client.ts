import assert from 'node:assert/strict';

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or undefined when the answer has none. */
  // biome-ignore lint/suspicious/noExplicitAny: what is in an answer is what the tests assert
  body: any;
}

export interface Sent {
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is bytes, a string or a form. */
  body?: unknown;
}

/** A client over fetch with a cookie of its own; paths are under /api/v1 unless they begin with a scheme. */
export class Client {
  readonly origin: string;
  /** `name=value` of the session cookie, when signed in. */
  cookie: string | undefined;
  bearer: string | undefined;

  constructor(origin: string, cookie?: string) {
    this.origin = origin;
    this.cookie = cookie;
  }

  /** The bare response, for what is not JSON; read or cancel its body. */
  async fetch(
    method: string,
    path: string,
    { headers = {}, body }: Sent = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const raw =
      typeof body === 'string' ||
      body instanceof Uint8Array ||
      body instanceof FormData ||
      body instanceof ReadableStream;
    const response = await fetch(this.address(path), {
      method,
      headers: {
        ...(this.cookie && { cookie: this.cookie }),
        ...(this.bearer && { authorization: `Bearer ${this.bearer}` }),
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...headers,
      },
      redirect: 'manual',
      ...(body !== undefined && { body: (raw ? body : JSON.stringify(body)) as NonNullable<RequestInit['body']> }),
      ...(body instanceof ReadableStream && { duplex: 'half' }),
      ...(signal && { signal }),
    } as RequestInit);
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const response = await this.fetch(method, path, sent);
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : undefined };
  }

  get = (path: string, headers: Record<string, string> = {}) => this.send('GET', path, { headers });
  post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
    this.send('POST', path, { body, headers });
  put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    this.send('PUT', path, { body, headers });
  patch = (path: string, body: unknown, etag?: string | null) =>
    this.send('PATCH', path, { body, headers: etag ? { 'if-match': etag } : {} });
  delete = (path: string, headers: Record<string, string> = {}) => this.send('DELETE', path, { headers });

  address(path: string): string {
    return /^https?:/.test(path) ? path : `${this.origin}${path.startsWith('/api/') ? '' : '/api/v1'}${path}`;
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const value = pair.slice(pair.indexOf('=') + 1);
    this.cookie = value === '' || /max-age=0/i.test(cookie) ? undefined : pair;
  }
}

/** The answer's body, once its status is the expected one. */
export function must(answer: Answer, status = 200): Answer['body'] {
  assert.equal(answer.status, status, `${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Asserts a problem of the catalogue: status, code and the form of RFC 9457. */
export function refused(answer: Answer, status: number, code: string): Answer['body'] {
  assert.equal(answer.status, status, `${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(answer.body.code, code);
  assert.equal(answer.body.status, status);
  return answer.body;
}
