import type { Told } from './digest-worker.ts';

/** The SHA-256 of a file, hex, made beside the page. Throws when the file can no longer be read; ends with the signal. */
export function digestOf(file: Blob, signal: AbortSignal, onRead: (bytes: number) => void): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { type: 'module' });
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  worker.onmessage = ({ data }: MessageEvent<Told>) => {
    if ('read' in data) onRead(data.read);
    else if ('sha256' in data) resolve(data.sha256);
    else reject(new Error(data.failed));
  };
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(file);
  return promise.finally(() => {
    worker.terminate();
    signal.removeEventListener('abort', stop);
  });
}
