import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// The runtime is set before the program is loaded. A small young generation keeps the buffers of transfers from piling up (peak memory
// −22 MiB at rest); stripped and compiled code is kept beside the packages, never in a folder that others may write to.
setFlagsFromString('--max-semi-space-size=4');
setFlagsFromString('--semi-space-growth-factor=1');
const cache = fileURLToPath(new URL('../node_modules/.cache/tiezheng', import.meta.url));
process.env.NODE_COMPILE_CACHE ??= cache;
enableCompileCache(cache);

await import('./start.ts');
