import { randomUUID } from 'node:crypto';
import { expect } from './steps.ts';

/** An answer as problem+json (RFC 9457) or JSON. */
export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

/** One person's way in: JSON over HTTP with the cookie of their session, and that of a proxy before it. */
export class Api {
  readonly origin: string;
  private readonly cookies = new Map<string, string>();

  constructor(origin: string) {
    this.origin = origin.replace(/\/+$/, '');
  }

  /** The header Cookie; empty before the first. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  url(path: string): string {
    return path.startsWith('/api/') ? this.origin + path : `${this.origin}/api/v1${path}`;
  }

  /** Sends a request and takes whatever comes; `body` is sent as JSON unless it is a form. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const form = body instanceof FormData;
    const response = await fetch(this.url(path), {
      method,
      redirect: 'error',
      headers: {
        'Accept-Language': 'zh',
        ...(this.cookie && { Cookie: this.cookie }),
        ...(method === 'POST' && { 'Idempotency-Key': randomUUID() }),
        ...(body !== undefined && !form && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(cookie) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  /** Throws NotAsExpected with the problem's code for any status that is no success. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    expect(response.ok, `${method} ${path}`, `${response.status} ${text.slice(0, 500)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.call('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call('POST', path, body);
  }
}

/** Asks again until `ready` says so. Throws NotAsExpected after `seconds`. */
export async function until<T>(seconds: number, ask: () => Promise<T>, ready: (value: T) => boolean): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let wait = 50; ; wait = Math.min(1000, wait * 1.5)) {
    const value = await ask();
    if (ready(value)) return value;
    expect(Date.now() < end, '等待超时', `not ready after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
