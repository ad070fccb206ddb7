import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the service makes of a short clip: one demo, whose results all judges are given. */
const demo = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url));

let folder: string | undefined;
let made: string | undefined;
let count = 0;

/** The folder of this run; `leaveScene` removes it. */
function place(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'tiezheng-judges-'));
  return folder;
}

/** A path in the demo's results, which are made at the first call: `receipt/…`, `export/bag/…`, `log/…`, `trust/…`. */
export function of(path: string): string {
  made ??= makeDemo();
  return join(made, path);
}

function makeDemo(): string {
  const out = join(place(), 'demo');
  const clip = join(place(), 'clip.mp4');
  must('ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc=d=1:s=160x120:r=10', '-y', clip);
  must(process.execPath, demo, '--footage', clip, '--out', out);
  return out;
}

function must(program: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stdout.slice(-2000) + stderr.slice(-2000)}`);
}

export const read = (path: string): Buffer => readFileSync(of(path));

/** Names of the files in a folder of the demo's results that end so. */
export const filesIn = (path: string, ending: string): string[] =>
  readdirSync(of(path))
    .filter((name) => name.endsWith(ending))
    .sort();

/** Bytes as a file of this run. Returns its path. */
export function file(bytes: Uint8Array | string, name = 'file'): string {
  const path = join(emptyFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** A new folder of this run, or the path of one that is to be made. */
export function emptyFolder(): string {
  const path = join(place(), `made-${++count}`);
  mkdirSync(path);
  return path;
}

/** What to do to a file: its new bytes, or undefined to remove it. The bytes are empty when it is not there yet. */
export type Change = (bytes: Buffer) => Uint8Array | string | undefined;

/** A changed copy of a folder. Returns its path. */
export function twin(folder: string, changes: Record<string, Change>): string {
  const copy = emptyFolder();
  cpSync(folder, copy, { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    const target = join(copy, name);
    const bytes = change(readFileSync(target, { flag: 'a+' }));
    mkdirSync(dirname(target), { recursive: true });
    if (bytes === undefined) rmSync(target);
    else writeFileSync(target, bytes);
  }
  return copy;
}

export function leaveScene(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
