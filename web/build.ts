import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds web/dist/verify.html, one file that stands by itself, and prints its SHA-256. The same sources give the same bytes. */

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts: string[]) => join(root, ...parts);
const PAGE = at('web', 'dist', 'verify.html');
/** Digest of all that the page was built from. */
const SOURCES = at('web', 'dist', 'verify.sources');

/** Script and style are put in by their digests; nothing else runs, and nothing leaves. Object URLs show what was chosen. */
const policyOf = (script: string, style: string) =>
  [
    "default-src 'none'",
    `script-src '${integrityOf(script)}'`,
    `style-src '${integrityOf(style)}'`,
    'img-src blob:',
    'media-src blob:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

const integrityOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

async function buildPage(): Promise<string> {
  // Only now: most runs find the page as it must be.
  const { build } = await import('vite');
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    // A dependency names it without its scheme, for a Node that has no global one.
    resolve: { alias: [{ find: /^(node:)?crypto$/, replacement: at('web', 'verify', 'node-crypto.ts') }] },
    build: {
      write: false,
      target: 'es2024',
      modulePreload: false,
      rolldownOptions: { input: at('web', 'verify', 'main.ts'), output: { codeSplitting: false } },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as { output: { fileName: string; type: string }[] };
  const chunks = output.filter(({ type }) => type === 'chunk') as unknown as { code: string }[];
  const styles = output.filter(({ fileName }) => fileName.endsWith('.css')) as unknown as { source: string }[];
  if (chunks.length !== 1 || styles.length !== 1 || output.length !== 2)
    throw new Error('expected one script and one style');
  // Where HTML would end the script, its strings say the same otherwise.
  const script = String(chunks[0]?.code)
    .replace(/<\/(script)/gi, '<\\/$1')
    .replace(/<!--/g, '<\\!--');
  const style = String(styles[0]?.source);
  const parts: Record<string, string> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}" />`,
    style: `<style>${style}</style>`,
    script: `<script type="module">${script}</script>`,
  };
  const page = await readFile(at('web', 'verify', 'index.html'), 'utf8');
  return page.replace(/<!-- (policy|style|script) -->/g, (_, name: string) => parts[name] ?? '');
}

async function digestOfSources(): Promise<string> {
  const digest = createHash('sha256');
  for (const folder of ['signing', 'web', join('web', 'verify')]) {
    for (const entry of (await readdir(at(folder), { withFileTypes: true })).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (entry.isFile()) digest.update(`${folder}/${entry.name}\n`).update(await readFile(at(folder, entry.name)));
    }
  }
  return digest.update(await readFile(at('package-lock.json'))).digest('hex');
}

const sources = await digestOfSources();
const known = await Promise.all([readFile(SOURCES, 'utf8'), readFile(PAGE, 'utf8')]).catch(() => undefined);
if (known?.[0] !== sources) {
  const page = await buildPage();
  await mkdir(at('web', 'dist'), { recursive: true });
  await writeFile(`${PAGE}.next`, page);
  await rename(`${PAGE}.next`, PAGE);
  await writeFile(SOURCES, sources);
}
const page = await readFile(PAGE);
process.stdout.write(`${createHash('sha256').update(page).digest('hex')}  web/dist/verify.html\n`);
