import { Problem } from '../api/problem.ts';
import { queryClient } from '../api/query.ts';
import { noteActivity, sessionLost } from '../api/session-signals.ts';
import { language } from '../words/language.ts';

/** The bytes of a record under a viewing, or the first `most` of them. Throws a Problem; what ended the viewing shows by itself. */
export async function readContent(
  url: string,
  { signal, most }: { signal: AbortSignal; most?: number },
): Promise<Blob> {
  const headers = { 'Accept-Language': language(), ...(most && { Range: `bytes=0-${most - 1}` }) };
  const response = await fetch(url, { headers, signal }).catch((error) => {
    throw signal.aborted ? error : new Problem({ code: 'NETWORK' });
  });
  if (response.ok) {
    noteActivity();
    return await response.blob();
  }
  if (response.status === 401) sessionLost();
  if (response.status === 403) void queryClient.invalidateQueries({ queryKey: ['/viewings/{id}'] });
  const told = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw new Problem({ code: 'UNKNOWN', ...told, status: response.status });
}
