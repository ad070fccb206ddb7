import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
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

/** A folder for cards, state and token, away at the end. */
export class Station {
  readonly folder = mkdtempSync(join(tmpdir(), 'tiezheng-dock-'));
  readonly cards = join(this.folder, 'cards');
  readonly origin: string;

  constructor(origin: string, token: string) {
    this.origin = origin;
    mkdirSync(this.cards);
    writeFileSync(join(this.folder, 'token'), `${token}\n`);
  }

  /** Puts a file on a card; the path is below the folder of cards. */
  put(path: string, bytes: Uint8Array | string): string {
    const full = join(this.cards, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, bytes);
    return full;
  }

  /** Starts the agent as a process of its own. */
  start(
    args: readonly string[] = ['--once'],
    watch = this.cards,
  ): { child: ChildProcess; lines: Line[]; ended: Promise<Ended> } {
    const common = ['--watch', watch, '--server', this.origin, '--token-file', join(this.folder, 'token')];
    const own = ['--state', join(this.folder, 'dock.db'), '--settle', '0.1'];
    const child = spawn(process.execPath, [main, 'dock', ...common, ...own, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: Line[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
    const ended = once(child, 'close').then(([code]) => ({ code, lines, stderr }));
    return { child, lines, ended };
  }

  run = (args?: readonly string[], watch?: string): Promise<Ended> => this.start(args, watch).ended;

  destroy(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const of = (lines: readonly Line[], event: string): Line[] => lines.filter((line) => line.event === event);
