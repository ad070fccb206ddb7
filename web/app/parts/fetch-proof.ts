import { Problem } from '../api/problem.ts';
import { noteActivity, sessionLost } from '../api/session-signals.ts';
import { language } from '../words/language.ts';

/** How often it is asked for again while its ledger entry is being published. */
const TRIES = 5;

/**
 * A proof that the service makes once its entry is published: a receipt, the proof of an entry. `path` is under /api/v1. Throws a Problem;
 * `PUBLISHING` while it is not published yet.
 */
export async function fetchProof(path: string, name: string): Promise<File> {
  for (let tries = 0; tries < TRIES; tries++) {
    const response = await fetch(`/api/v1${path}`, { headers: { 'Accept-Language': language() } });
    if (response.status === 200) {
      noteActivity();
      return new File([await response.blob()], name, { type: 'application/zip' });
    }
    if (response.status !== 202) throw await problemIn(response);
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('Retry-After') ?? 2)));
  }
  throw new Problem({ code: 'PUBLISHING' });
}

async function problemIn(response: Response): Promise<Problem> {
  if (response.status === 401) sessionLost();
  const told = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new Problem({ code: 'UNKNOWN', ...told, status: response.status });
}
