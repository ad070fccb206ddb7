import { Patience } from './patience.ts';

/** An answer that is no success, or more than anybody may answer: the code of the problem (RFC 9457), where there is one. */
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

/** Bytes of an answer, receipts among them. */
const LIMIT = 32 * 1_048_576;

/** An answer that was read whole. */
export interface Answer {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

interface Sent {
  headers?: Record<string, string>;
  /** Sent as JSON, unless it is a stream of bytes. */
  body?: unknown;
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

  /** A success. Throws Refused, Away. */
  async send(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer> {
    const patience = new Patience(this.#stopping);
    const stream = isStream(body) ? patience.over(body) : undefined;
    try {
      const response = await fetch(this.url(path), {
        method,
        redirect: 'error',
        signal: patience.signal,
        headers: {
          Authorization: `Bearer ${this.#token}`,
          ...(body !== undefined && !stream && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: stream ?? JSON.stringify(body) }),
        ...(stream && { duplex: 'half' }),
      } as RequestInit);
      const answer = { status: response.status, headers: response.headers, bytes: await wholeOf(response) };
      if (response.ok) return answer;
      throw refusalOf(answer);
    } catch (error) {
      if (error instanceof Refused || error instanceof Away) throw error;
      const { message, cause } = error as Error;
      throw new Away(`${method} ${path}: ${(cause as Error | undefined)?.message ?? message}`);
    } finally {
      patience.end();
    }
  }

  async json<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const { bytes } = await this.send(method, path, { ...(body !== undefined && { body }), headers });
    try {
      return JSON.parse(bytes.toString('utf8')) as T;
    } catch (error) {
      throw new Away(`${method} ${path}: ${(error as Error).message}`);
    }
  }
}

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  body !== null && typeof body === 'object' && Symbol.asyncIterator in body;

async function wholeOf({ status, body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LIMIT) throw new Refused(status, 'ANSWER_TOO_LARGE', `more than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusalOf({ status, headers, bytes }: Answer): Refused | Away {
  let problem: { code?: unknown; detail?: unknown } = {};
  try {
    problem = JSON.parse(bytes.toString('utf8'));
  } catch {
    // A proxy's page says nothing that we could use.
  }
  const code = typeof problem?.code === 'string' ? problem.code : '';
  if (status >= 500 || status === 429 || status === 408) return new Away(`${status} ${code}`.trim());
  return new Refused(status, code, String(problem?.detail ?? ''), Number(headers.get('retry-after')) || undefined);
}
