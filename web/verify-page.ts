import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { at } from './sources.ts';

const VERIFY_PAGE = at('web', 'dist', 'verify.html');

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

/** web/dist/verify.html, one file that stands by itself. The same sources give the same bytes. */
export async function buildVerifyPage(): Promise<void> {
  const { build } = await import('vite');
  const built = await build({
    root: at(),
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
  const whole = page.replace(/<!-- (policy|style|script) -->/g, (_, name: string) => parts[name] ?? '');
  await writeFile(`${VERIFY_PAGE}.next`, whole);
  await rename(`${VERIFY_PAGE}.next`, VERIFY_PAGE);
}
