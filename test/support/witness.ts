import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, startCommand } from './process.ts';

export interface WitnessProcess {
  /** Where it is asked: add-checkpoint stands below. */
  url: string;
  vkey: string;
  ended: Promise<Ended>;
  kill(signal?: NodeJS.Signals): Promise<Ended>;
}

/** A folder for a witness's key and state. */
export function witnessFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'tiezheng-witness-'));
  return {
    dir,
    state: join(dir, 'state'),
    key: join(dir, 'witness.key'),
    remove: () => rmSync(dir, { recursive: true }),
  };
}

/** `npx tiezheng witness` on a free port. */
export async function startWitness(
  { key, state }: { key: string; state: string },
  logs: readonly string[],
  settings: Record<string, string> = {},
  listen = '127.0.0.1:0',
): Promise<WitnessProcess> {
  const args = [
    'witness',
    '--key',
    key,
    '--state',
    state,
    '--listen',
    listen,
    ...logs.flatMap((log) => ['--log', log]),
  ];
  const { child, ended } = startCommand(args, settings);
  const { promise, resolve, reject } = Promise.withResolvers<{ url: string; vkey: string }>();
  let [out, err] = ['', ''];
  const look = () => {
    const url = /"origin":"([^"]+)"/.exec(err)?.[1];
    if (url && out.includes('\n')) resolve({ url, vkey: out.trim() });
  };
  child.stdout?.on('data', (chunk) => {
    out += chunk;
    look();
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
    look();
  });
  ended.then(({ code, err: said }) => reject(new Error(`the witness ended: ${code} ${said}`)));
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { ...(await promise), ended, kill };
}
