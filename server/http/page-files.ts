import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';

const BUILT = fileURLToPath(new URL('../../web/dist/app/', import.meta.url));

/** A file as it was built, and compressed where that is smaller. */
export interface PageFile {
  identity: Uint8Array;
  br?: Uint8Array;
  gz?: Uint8Array;
}

/** The pages as `web/build.ts` left them, held in memory: nothing of a request becomes a path. */
export interface PageFiles {
  html: string;
  /** By name, which holds a digest of the content. */
  assets: ReadonlyMap<string, PageFile>;
}

/** Undefined, with a warning, when they were not built. */
export async function readPageFiles(logger: Logger): Promise<PageFiles | undefined> {
  try {
    const html = await readFile(`${BUILT}index.html`, 'utf8');
    const assets = new Map<string, PageFile>();
    for (const file of (await readdir(`${BUILT}assets`)).sort()) {
      const bytes = await readFile(`${BUILT}assets/${file}`);
      const [, name = file, form] = /^(.+)\.(br|gz)$/.exec(file) ?? [];
      // A name comes before its compressed forms.
      assets.set(name, form ? { ...assets.get(name)!, [form]: bytes } : { identity: bytes });
    }
    return { html, assets };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    logger.warn('web/dist/app is not there: the service has no pages; npm run build:page makes them');
    return undefined;
  }
}
