import { spawnSync } from 'node:child_process';
import type { Verdict } from './driver.ts';

/** Runs a program; its words and whether it exits 0. */
export function run(program: string, args: readonly string[], cwd?: string): Verdict {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  return { ok: status === 0, said: error ? error.message : `${stdout}${stderr}`.trim() };
}

/** Whether a program is on this machine. */
export const has = (program: string): boolean => run('sh', ['-c', `command -v ${program}`]).ok;

/**
 * Asks openssl of a detached CMS, all by their paths. `-binary`: else line ends are changed before they are digested. `-purpose any`: our
 * signers sign no e-mail.
 */
export function opensslCms(signature: string, content: string, root: string, cwd?: string): Verdict {
  const form = ['-verify', '-cades', '-binary', '-purpose', 'any', '-inform', 'DER', '-out', '/dev/null'];
  return run('openssl', ['cms', ...form, '-in', signature, '-content', content, '-CAfile', root], cwd);
}
