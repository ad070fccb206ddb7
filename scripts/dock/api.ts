import type { Readable } from 'node:stream';

/** An answer that is no success: the code of the problem (RFC 9457), where there is one. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  readonly code: string;
  /** Seconds of Retry-After. */
  readonly after: number | undefined;

  constructor(status: number, code: string, detail: string, after?: number) {
    super(`${status} ${code} ${detail}`.trim());
    this.status = status;
    this.code = code;
    this.after = after;
  }
}

/** The service does not answer, or not now: everything waits and is tried again. */
export class Away extends Error {
  override name = 'Away';
}

/** So long an answer may take once the request is sent, in ms. */
const PATIENCE_MS = 120_000;

interface Sent {
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is a stream. */
  body?: unknown;
  patienceMs?: number;
}

/** The service as a dock knows it. */
export class DockApi {
  readonly origin: string;
  readonly #token: string;
  readonly #stopping: AbortSignal;

  /** @param stopping ends requests in flight. */
  constructor(url: string, token: string, stopping: AbortSignal) {
    this.origin = url.replace(/\/+$/, '');
    this.#token = token;
    this.#stopping = stopping;
  }

  url = (path: string): string => (path.startsWith('/api/') ? this.origin + path : `${this.origin}/api/v1${path}`);

  /** A success; cancel or read its body. Throws Refused, Away. */
  async send(
    method: string,
    path: string,
    { headers = {}, body, patienceMs = PATIENCE_MS }: Sent = {},
  ): Promise<Response> {
    const streamed = body !== null && typeof body === 'object' && Symbol.asyncIterator in body;
    const response = await fetch(this.url(path), {
      method,
      redirect: 'error',
      signal: AbortSignal.any([this.#stopping, AbortSignal.timeout(patienceMs)]),
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && !streamed && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: streamed ? (body as Readable) : JSON.stringify(body) }),
      ...(streamed && { duplex: 'half' }),
    } as RequestInit).catch((error: Error) => {
      throw new Away(`${method} ${path}: ${(error.cause as Error | undefined)?.message ?? error.message}`);
    });
    if (response.ok) return response;
    throw await refusalOf(response);
  }

  async json<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await this.send(method, path, { ...(body !== undefined && { body }), headers });
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new Away(`${method} ${path}: ${(error as Error).message}`);
    }
  }
}

async function refusalOf(response: Response): Promise<Refused | Away> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  let problem: { code?: unknown; detail?: unknown } = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // A proxy's page says nothing that we could use.
  }
  const code = typeof problem?.code === 'string' ? problem.code : '';
  if (status >= 500 || status === 429 || status === 408) return new Away(`${status} ${code}`.trim());
  return new Refused(status, code, String(problem?.detail ?? ''), Number(headers.get('retry-after')) || undefined);
}
