import type { FoundFile } from '../../verify/file-tree.ts';
import type { Beliefs } from '../../verify/run.ts';
import type { Progress } from '../../verify/summary.ts';
import type { Asked, Opened, Told } from './worker.ts';

export type { Opened } from './worker.ts';

/**
 * Checks a package or a receipt beside the page, as the page for strangers does, and tells how it goes. Answers what is in it, undefined
 * where it cannot be read at all. Throws what the signal says, and what the worker failed with.
 */
export function checkFiles(
  asked: { found: readonly FoundFile[]; beliefs: Beliefs },
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Opened | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened | undefined>();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    if ('progress' in data) tell(data.progress);
    else resolve(data.opened);
  };
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(asked satisfies Asked);
  return promise.finally(() => {
    worker.terminate();
    signal.removeEventListener('abort', stop);
  });
}
