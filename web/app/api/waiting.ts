import type { Problem } from './problem.ts';
import { onSession, sessionLost } from './session-signals.ts';

const LONGEST_MS = 30_000;

/** Refusals that pass by themselves: no network, the session, a busy or full service, another connection that still writes. */
export function passes({ status, code }: Problem): boolean {
  return (
    code === 'NETWORK' ||
    status === 401 ||
    status === 423 ||
    status === 429 ||
    status >= 500 ||
    code === 'UPLOAD_OFFSET'
  );
}

/** Waits until there is reason to try again: somebody signed in, the network is back, or a while that grows with the tries. */
export async function reasonToTry(problem: Problem, tries: number, signal: AbortSignal): Promise<void> {
  if (problem.status === 401) {
    sessionLost();
    return await until(signal, (go) => onSession((word) => word === 'signed-in' && go()));
  }
  const pause = Math.min(LONGEST_MS, 500 * 2 ** tries) * (0.75 + Math.random() / 2);
  await until(signal, (go) => {
    const timer = setTimeout(go, pause);
    addEventListener('online', go);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', go);
    };
  });
}

async function until(signal: AbortSignal, listen: (go: () => void) => () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  const end = listen(resolve);
  await promise.finally(() => {
    end();
    signal.removeEventListener('abort', stop);
  });
}
