import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

export const PAGE = fileURLToPath(new URL('../../web/dist/verify.html', import.meta.url));
const BUILD = fileURLToPath(new URL('../../web/build.ts', import.meta.url));
const FONTS = fileURLToPath(new URL('./fonts.conf', import.meta.url));
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that is not the machine itself, as in a network of the house.
  '--host-resolver-rules=MAP house.test 127.0.0.1',
];

/** Debian's Chromium, with the page built. Undefined, said aloud, where there is none; a failure with BROWSER=required, as in `.ci/run`. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (!existsSync(CHROMIUM)) {
    if (process.env.BROWSER === 'required') throw new Error(`${CHROMIUM} is not there`);
    console.error(`skipped: no ${CHROMIUM}; what a browser says of the pages is not tested`);
    return undefined;
  }
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ARGS,
    env: { ...(process.env as Record<string, string>), FONTCONFIG_FILE: FONTS },
  });
}
