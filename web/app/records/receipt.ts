import { Problem } from '../api/problem.ts';
import { noteActivity, sessionLost } from '../api/session-signals.ts';
import { language } from '../words/language.ts';

/** How often it is asked for again while its ledger entry is being published. */
const TRIES = 5;

/** The receipt of a sealed record, a zip. Throws a Problem; `PUBLISHING` while its entry is not published yet. */
export async function fetchReceipt(id: string): Promise<File> {
  for (let tries = 0; tries < TRIES; tries++) {
    const response = await fetch(`/api/v1/records/${id}/receipt`, { headers: { 'Accept-Language': language() } });
    if (response.status === 200) {
      noteActivity();
      return new File([await response.blob()], `receipt-${id}.zip`, { type: 'application/zip' });
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
