import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { since } from './report.ts';

/** Seconds that the machine's own tools take: `cp`, then `openssl dgst` of each digest. */
export function bareMachine(path: string, copy: string): number {
  const began = performance.now();
  tool('cp', [path, copy]);
  for (const digest of ['-sha256', '-sm3']) tool('openssl', ['dgst', digest, copy]);
  const seconds = since(began);
  rmSync(copy);
  return seconds;
}

function tool(program: string, args: string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}
