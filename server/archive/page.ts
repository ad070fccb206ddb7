import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';

const PAGE = new URL('../../web/dist/verify.html', import.meta.url);

/** The verifier as one page, as `npm run build:page` left it; undefined, with a warning, when it was not built. */
export async function readPage(logger: Logger): Promise<Uint8Array | undefined> {
  try {
    return await readFile(PAGE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    logger.warn('web/dist/verify.html is not there: packages go without it; npm run build:page makes it');
    return undefined;
  }
}
