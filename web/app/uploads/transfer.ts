import { DetailedError, Upload } from 'tus-js-client';
import { Problem } from '../api/problem.ts';
import { noteActivity } from '../api/session-signals.ts';
import { language } from '../words/language.ts';

/** Each piece is answered, which keeps the session awake and tells what is surely there. */
const PIECE = 64 * 1_048_576;

interface Given {
  file: File;
  /** Path where it goes on; absent where it begins. */
  url: string | undefined;
  /** Of the beginning: Upload-Metadata, and the Idempotency-Key, so that a lost answer begins no second one. */
  metadata: Record<string, string>;
  key: string;
  signal: AbortSignal;
  onUrl: (url: string) => void;
  onSent: (bytes: number) => void;
}

/** One try to bring a file by tus 1.0. Answers the id of the record that it became. Throws a Problem, or what the signal says. */
export function transfer({ file, url, metadata, key, signal, onUrl, onSent }: Given): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const upload = new Upload(file, {
    // With both it would begin anew by itself where going on is refused, and a session's end refuses.
    ...(url ? { uploadUrl: url } : { endpoint: '/api/v1/uploads', metadata }),
    chunkSize: PIECE,
    retryDelays: null,
    storeFingerprintForResuming: false,
    headers: { 'Accept-Language': language() },
    onBeforeRequest: (request) => {
      if (request.getMethod() === 'POST') request.setHeader('Idempotency-Key', key);
    },
    onAfterResponse: (_, response) => {
      if (response.getStatus() < 400) noteActivity();
    },
    onUploadUrlAvailable: () => upload.url && onUrl(new URL(upload.url, location.href).pathname),
    onProgress: onSent,
    onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Tiezheng-Record') ?? ''),
    onError: (error) => reject(problemOfTransfer(error)),
  });
  const stop = () => {
    void upload.abort();
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop);
  upload.start();
  return promise.finally(() => signal.removeEventListener('abort', stop));
}

let asked: Promise<number | undefined> | undefined;

/** The largest file that the service takes, bytes, so that no larger one is read for nothing. Undefined when it does not say. */
export function sizeLimit(): Promise<number | undefined> {
  asked ??= fetch('/api/v1/uploads', { method: 'OPTIONS' }).then(
    ({ headers }) => Number(headers.get('Tus-Max-Size')) || undefined,
    () => {
      asked = undefined;
      return undefined;
    },
  );
  return asked;
}

/** Ends an unfinished upload for good. */
export async function giveUp(url: string): Promise<void> {
  await fetch(url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } });
}

function problemOfTransfer(error: Error): Problem {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new Problem({ code: 'NETWORK' });
  const status = response.getStatus();
  let told: Partial<Problem> = {};
  try {
    told = JSON.parse(response.getBody()) as Partial<Problem>;
  } catch {
    // An answer to HEAD has no body, and one of a proxy is none of ours.
  }
  return new Problem({ code: 'UNKNOWN', ...told, status });
}
