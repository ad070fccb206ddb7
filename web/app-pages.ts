import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { at } from './sources.ts';

const APP = at('web', 'dist', 'app');
const NEXT = `${APP}.next`;

/** web/dist/app: index.html and assets/ under hashed names, each beside its `.br` and `.gz` where that is smaller. */
export async function buildApp(): Promise<void> {
  const { build } = await import('vite');
  await build({
    root: at('web', 'app'),
    configFile: false,
    logLevel: 'warn',
    plugins: [stylesWithNonce],
    // What is verified in the browser asks for a few parts of it.
    resolve: { alias: [{ find: /^(node:)?crypto$/, replacement: at('web', 'verify', 'node-crypto.ts') }] },
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      outDir: NEXT,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1500,
      rolldownOptions: {
        // "use client" is for servers that render.
        checks: { moduleLevelDirective: false },
        output: {
          codeSplitting: { groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }] },
        },
      },
    },
  });
  await compressAll(join(NEXT, 'assets'));
  await rm(APP, { recursive: true, force: true });
  await rename(NEXT, APP);
}

/**
 * The component library writes some style elements (a locked scroll, the width of a scroll bar) without the nonce that the policy of the
 * pages asks for, though it takes one for the others. All are made at this one place.
 */
const stylesWithNonce = {
  name: 'styles-with-nonce',
  transform(code: string, id: string): string | undefined {
    if (!id.endsWith('/@rc-component/util/es/Dom/dynamicCSS.js')) return undefined;
    const made = "document.createElement('style')";
    if (code.split(made).length !== 2)
      throw new Error('the component library makes its styles otherwise: see web/app-pages.ts');
    return code.replace(
      made,
      `Object.assign(${made}, { nonce: document.querySelector('meta[name=csp-nonce]')?.nonce })`,
    );
  },
};

async function compressAll(folder: string): Promise<void> {
  const squeeze = promisify(brotliCompress);
  const zip = promisify(gzip);
  const compressed = (await readdir(folder)).map(async (name) => {
    const bytes = await readFile(join(folder, name));
    const forms = {
      br: await squeeze(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
      gz: await zip(bytes, { level: 9 }),
    };
    for (const [form, smaller] of Object.entries(forms)) {
      if (smaller.length < bytes.length) await writeFile(join(folder, `${name}.${form}`), smaller);
    }
  });
  await Promise.all(compressed);
}
