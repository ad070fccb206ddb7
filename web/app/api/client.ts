import createClient, { type Middleware } from 'openapi-fetch';
import { language } from '../words/language.ts';
import { Problem } from './problem.ts';
import type { paths } from './schema.d.ts';
import { noteActivity, sessionLost } from './session-signals.ts';

/** The furthest position that an answer told, sent back: whichever process answers, lists hold what was just written. */
let position = 0;

const frame: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language());
    if (position > 0) request.headers.set('Tiezheng-Position', String(position));
  },
  async onResponse({ request, response }) {
    position = Math.max(position, Number(response.headers.get('Tiezheng-Position')));
    if (response.ok) {
      noteActivity();
      return;
    }
    const problem = await problemIn(response);
    if (problem.code === 'NOT_AUTHENTICATED' && !request.url.endsWith('/session')) sessionLost();
    throw problem;
  },
  onError({ error }) {
    return error instanceof Problem || (error as Error).name === 'AbortError'
      ? (error as Error)
      : new Problem({ code: 'NETWORK' });
  },
};

async function problemIn(response: Response): Promise<Problem> {
  const { status } = response;
  const told = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new Problem({ code: 'UNKNOWN', ...told, status });
}

/** The API of the service. Calls go through `answer`, which gives the body or throws a Problem. */
export const api = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' });
api.use(frame);

const versions = new WeakMap<object, string>();

/** The body of an answer. Throws a Problem. */
export async function answer<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call;
  const version = response.headers.get('ETag');
  if (version && typeof data === 'object' && data !== null) versions.set(data, version);
  return data as T;
}

/** Headers of a change that is made only to the version that was read; 412 PRECONDITION_FAILED otherwise. */
export function ifMatch(read: object): { 'If-Match': string } {
  const version = versions.get(read);
  if (!version) throw new Error('it was read without a version');
  return { 'If-Match': version };
}

/** The header that makes a repeated submission the same one. */
export const idempotent = (key: string) => ({ 'Idempotency-Key': key });
