import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { at, digestOf } from './sources.ts';

/**
 * Makes what is stale of the pages: the types of the API, web/dist/verify.html (its SHA-256 is printed) and web/dist/app.
 * With `--types` the types only. What makes each is loaded only then: most runs find all as it must be.
 */
const parts = [
  {
    name: 'schema',
    made: at('web', 'app', 'api', 'schema.d.ts'),
    of: ['server', 'signing', 'web/schema.ts'],
    make: async () => await (await import('./schema.ts')).writeSchema(),
  },
  {
    name: 'verify',
    made: at('web', 'dist', 'verify.html'),
    of: ['signing', 'web/verify', 'web/verify-page.ts'],
    make: async () => await (await import('./verify-page.ts')).buildVerifyPage(),
  },
  {
    name: 'app',
    made: at('web', 'dist', 'app', 'index.html'),
    of: ['signing', 'web/app', 'web/verify', 'web/app-pages.ts'],
    make: async () => await (await import('./app-pages.ts')).buildApp(),
  },
];

await mkdir(at('web', 'dist'), { recursive: true });
for (const { name, made, of, make } of process.argv.includes('--types') ? parts.slice(0, 1) : parts) {
  const sources = await digestOf(of);
  const note = at('web', 'dist', `${name}.sources`);
  if (existsSync(made) && (await readFile(note, 'utf8').catch(() => '')) === sources) continue;
  await make();
  await writeFile(note, sources);
}
const page = await readFile(at('web', 'dist', 'verify.html')).catch(() => undefined);
if (page) process.stdout.write(`${createHash('sha256').update(page).digest('hex')}  web/dist/verify.html\n`);
