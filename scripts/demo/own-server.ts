import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where the service is and the one-time token of its set-up link. */
export interface Service {
  origin: string;
  token: string;
  /** Of the process that was started; undefined for a service that ran already. */
  pid?: number | undefined;
  stop: () => Promise<void>;
}

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const WAIT_MS = 60_000;

/** Reads origin and token of a set-up link, `http://…/setup#token=…`. */
export function readSetupLink(text: string): { origin: string; token: string } | undefined {
  const [, origin, token] = /(https?:\/\/\S+?)\/setup#token=([\w-]+)/.exec(text) ?? [];
  return origin !== undefined && token !== undefined ? { origin, token } : undefined;
}

/** Starts the service as a process of its own on a free port of this machine, with its data in `data` and its log beside it. */
export async function startServer(data: string, env: NodeJS.ProcessEnv): Promise<Service> {
  const { PUBLIC_URL: _url, KILL_POINT: _point, ...kept } = env;
  const child = spawn(process.execPath, [main], {
    env: { ...kept, HOST: '127.0.0.1', PORT: '0', DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(join(data, '..', 'server.log')));
  const stop = () => stopProcess(child);
  const stopAtExit = () => child.kill('SIGKILL');
  process.once('exit', stopAtExit);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  child.once('exit', () => process.off('exit', stopAtExit));
  try {
    return { ...(await linkOf(child)), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function linkOf(child: ChildProcess): Promise<{ origin: string; token: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ origin: string; token: string }>();
  const timer = setTimeout(
    () => reject(new Error(`the service said nothing in ${WAIT_MS / 1000} s; see server.log`)),
    WAIT_MS,
  );
  child.once('exit', (code) => reject(new Error(`the service ended with code ${code}; see server.log`)));
  child.once('error', reject);
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const link = readSetupLink(line);
    if (link) resolve(link);
  });
  return await promise.finally(() => clearTimeout(timer));
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
