import { spawn } from 'node:child_process';
import { once } from 'node:events';

const TIMEOUT_MS = 30_000;
/** No signature is longer: RSA of 16384 bits has 2048 bytes. */
const ANSWER_LIMIT = 4096;

/**
 * Asks a program of the operator's, which signs with a key that only it can use: it gets bytes on stdin, no arguments and no shell, writes its answer to
 * stdout and exits with 0. It is run once at a time. Rejects when it cannot be run, takes too long, writes too much or exits with anything but 0.
 */
export function programAnswers(command: string, timeoutMs = TIMEOUT_MS): (input: Uint8Array) => Promise<Uint8Array> {
  let turn: Promise<unknown> = Promise.resolve();
  return (input) => {
    const mine = turn.then(() => answerOf(command, input, timeoutMs));
    turn = mine.catch(() => {});
    return mine;
  };
}

async function answerOf(command: string, input: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, [], { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' });
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (part: Buffer) => {
    size += part.length;
    parts.push(part);
    if (size <= ANSWER_LIMIT) return;
    child.kill('SIGKILL');
    child.stdout.destroy();
  });
  // One that does not read all of it is judged by what it answers.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ended with ${code ?? 'a signal'}`);
    return Buffer.concat(parts);
  } finally {
    // A process that it left behind may hold the pipe open.
    child.stdout.destroy();
  }
}
