import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Settings that a process must be born with; the program itself begins in start.ts.
 * - glibc would keep what password hashes and transfers freed: an arena for every thread, and large blocks inside them.
 * - A small young generation keeps the buffers of transfers from piling up.
 */
const born = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: String(4 * 1024 ** 2) };
const flags = ['--max-semi-space-size=1'];

// Stripped and compiled code is kept beside the packages, never in a folder that others may write to.
const cache = fileURLToPath(new URL('../node_modules/.cache/tiezheng', import.meta.url));

if (process.platform === 'linux' && process.env.MALLOC_ARENA_MAX === undefined) {
  // The same process, its id and its streams, with another environment.
  const args = [process.execPath, ...process.execArgv, ...flags, ...process.argv.slice(1)];
  process.execve?.(process.execPath, args, { ...process.env, ...born, NODE_COMPILE_CACHE: cache });
}
enableCompileCache(cache);
await import('./start.ts');
