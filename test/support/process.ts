import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

export interface ServerProcess {
  child: ChildProcess;
  /** Where it listens. Rejects when the process ends before. */
  origin: Promise<string>;
  ended: Promise<Ended>;
  kill(signal?: NodeJS.Signals): Promise<Ended>;
}

type Settings = Record<string, string>;

/** A script of this repository, by its path from the root, with these settings and no others. */
export function startScript(
  script: string,
  args: string[],
  settings: Settings,
): { child: ChildProcess; ended: Promise<Ended> } {
  const { PATH, HOME, LANG } = process.env;
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { PATH, HOME, LANG, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }));
  return { child, ended };
}

/** `node server/main.ts` as `npm start` runs it, on a free port. */
export function startServer(dataDir: string, settings: Settings = {}): ServerProcess {
  const { child, ended } = startScript('server/main.ts', [], { DATA_DIR: dataDir, PORT: '0', ...settings });
  let log = '';
  const { promise: origin, resolve, reject } = Promise.withResolvers<string>();
  child.stderr?.on('data', (chunk) => {
    log += chunk;
    const found = /"origin":"([^"]+)"/.exec(log);
    if (found?.[1]) resolve(found[1]);
  });
  ended.then(({ code, signal, err }) => reject(new Error(`ended before it listened: ${code ?? signal} ${err}`)));
  origin.catch(() => {});
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { child, origin, ended, kill };
}

/** A command as `npx tiezheng` runs it. */
export const startCommand = (args: string[], settings: Settings) => startScript('scripts/main.ts', args, settings);

/** The same, to its end. */
export const tiezheng = (args: string[], settings: Settings): Promise<Ended> => startCommand(args, settings).ended;
