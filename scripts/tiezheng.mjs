#!/usr/bin/env node
// The command's door: makes the clone ready, then hands over to the pinned runtime. Plain JavaScript for any Node >= 18.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const setup = spawnSync(process.execPath, [join(here, 'setup.mjs')], { stdio: ['ignore', 2, 2] });
if (setup.status !== 0) process.exit(setup.status ?? 1);

const pinned = join(here, '..', 'node_modules', '.bin', 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
const child = spawn(node, [join(here, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
