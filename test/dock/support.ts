import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../scripts/main.ts', import.meta.url));

/** A line that the agent tells. */
// biome-ignore lint/suspicious/noExplicitAny: what is in a line is what the tests assert
export type Line = { event: string; [name: string]: any };

export interface Ended {
  code: number | null;
  lines: Line[];
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  lines: Line[];
  /** Hears each line as it comes. */
  told(hear: (line: Line) => void): void;
  ended: Promise<Ended>;
}

/** A folder for cards, state and token, away at the end. */
export class Station {
  readonly folder = mkdtempSync(join(tmpdir(), 'tiezheng-dock-'));
  readonly cards = join(this.folder, 'cards');
  readonly origin: string;

  constructor(origin: string, token: string) {
    this.origin = origin;
    mkdirSync(this.cards);
    writeFileSync(join(this.folder, 'token'), `${token}\n`, { mode: 0o600 });
  }

  /** Puts a file on a card; the path is below the folder of cards. */
  put(path: string, bytes: Uint8Array | string): string {
    const full = join(this.cards, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, bytes);
    return full;
  }

  /** Starts the agent as a process of its own; `blocks` of 512 bytes are the most that a file of it may have, `node` what the runtime is told. */
  start(
    args: readonly string[] = ['--once'],
    watch = this.cards,
    { blocks, node = '' }: { blocks?: number; node?: string } = {},
  ): Running {
    const common = ['--watch', watch, '--server', this.origin, '--token-file', join(this.folder, 'token')];
    const own = ['--state', join(this.folder, 'dock.db'), '--settle', '0.1'];
    const command = [process.execPath, main, 'dock', ...common, ...own, ...args];
    const limited = ['sh', '-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', ...command];
    const [program = '', ...rest] = blocks === undefined ? command : limited;
    // As the unit of docs/dock.md sets it.
    const env = { ...process.env, NODE_OPTIONS: `--max-old-space-size=128 ${node}` };
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const lines: Line[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const heard = createInterface({ input: child.stdout });
    heard.on('line', (line) => lines.push(JSON.parse(line)));
    const told = (hear: (line: Line) => void) => heard.on('line', (line) => hear(JSON.parse(line)));
    const ended = once(child, 'close').then(([code]) => ({ code, lines, stderr }));
    return { child, lines, told, ended };
  }

  run = (...how: Parameters<Station['start']>): Promise<Ended> => this.start(...how).ended;

  destroy(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when the agent has told this event so often; rejects when it ended before. */
export async function told({ child, lines, ended }: Running, event: string, times = 1): Promise<void> {
  while (of(lines, event).length < times) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const { code, stderr } = await ended;
      if (of(lines, event).length >= times) return;
      throw new Error(`it ended with ${code} before ${event}: ${stderr}\n${JSON.stringify(lines)}`);
    }
    await sleep(20);
  }
}

export const of = (lines: readonly Line[], event: string): Line[] => lines.filter((line) => line.event === event);
