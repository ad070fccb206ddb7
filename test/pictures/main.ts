import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { openService, settled, until } from '../e2e/browser.ts';
import { startApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { film } from '../support/uploads.ts';
import { openBrowser } from '../web/browser.ts';
import { type Bureau, bureau } from './bureau.ts';

/** The pictures of the README, made anew: `npm run pictures`. Names on the command line make these alone. */
const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
/** Of one picture, bytes. */
const MOST = 60_000;

interface Picture {
  name: string;
  as: (bureau: Bureau) => { client: Client };
  path: (bureau: Bureau) => string;
  phone?: true;
  /** What is done on the page before the picture is taken. */
  act?: (page: Page) => Promise<void>;
}

/** Just below the header, which stays where it is. */
async function toTop(heading: Locator): Promise<void> {
  const { y } = (await heading.boundingBox())!;
  await heading.page().mouse.wheel(0, y - 84);
  await until(heading.page(), `Math.abs(scrollY - ${Math.round(y - 84)}) < 2`);
}

const pictures: readonly Picture[] = [
  { name: 'home', as: ({ approver }) => approver, path: () => '/' },
  { name: 'case', as: ({ officer }) => officer, path: ({ file }) => `/cases/${file.id}` },
  {
    name: 'subject',
    as: ({ officer }) => officer,
    path: ({ subject }) => `/subjects/${subject.id}`,
    act: (page) => toTop(page.getByText('全部记录')),
  },
  { name: 'record', as: ({ officer }) => officer, path: ({ seizure }) => `/records/${seizure.id}` },
  {
    name: 'approvals',
    as: ({ approver }) => approver,
    path: () => '/approvals',
    act: async (page) => await page.locator('thead').getByRole('checkbox').check(),
  },
  {
    name: 'player',
    as: ({ reviewer }) => reviewer,
    path: ({ grant }) => `/grants/${grant.id}`,
    act: async (page) => {
      await page.getByRole('button', { name: '开始调阅' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '开始调阅' }).click();
      await until(page, 'document.querySelector("video")?.readyState >= 2');
      await page.evaluate('document.querySelector("video").currentTime = 83');
      await until(page, '!document.querySelector("video").seeking');
    },
  },
  { name: 'ledger', as: ({ auditor }) => auditor, path: () => '/ledger' },
  {
    name: 'upload',
    as: ({ officer }) => officer,
    path: ({ file }) => `/upload?case=${file.id}&stage=COERCE`,
    phone: true,
    act: async (page) => {
      const files = [film(900_000, 5), film(600_000, 6)].map((buffer, i) => ({
        ...{ name: ['扣押物品清点.mp4', '当场告知.mp4'][i]!, mimeType: 'video/mp4', buffer },
      }));
      await page.locator('input[type=file]').first().setInputFiles(files);
      await page.getByText('摘要一致').nth(1).waitFor();
    },
  },
];

/** Of few colours, as such pages have them. */
function reduce(from: string, to: string): void {
  const palette = 'split[a][b];[a]palettegen=max_colors=64:reserve_transparent=0[p];[b][p]paletteuse=dither=none';
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', from, '-vf', palette, '-pred', 'none', to]);
  const { size } = statSync(to);
  if (size > MOST) throw new Error(`${to}: ${size} bytes`);
  console.log(`${to.slice(FOLDER.length)}\t${size}`);
}

const wanted = process.argv.slice(2);
const browser = await openBrowser();
if (!browser) process.exit(69);
const folder = mkdtempSync(join(tmpdir(), 'tiezheng-pictures-'));
const app = await startApp();
try {
  mkdirSync(FOLDER, { recursive: true });
  const made = await bureau(app);
  for (const { name, as, path, phone, act } of pictures) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { page, context } = await openService(browser, app.origin, {
      ...{ as: as(made).client, size: phone ? 'phone' : 'laptop' },
    });
    await page.goto(app.origin + path(made));
    await settled(page);
    await act?.(page);
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    reduce(join(folder, `${name}.png`), join(FOLDER, `${name}.png`));
    await context.close();
  }
} finally {
  await browser.close();
  await app.destroy();
  rmSync(folder, { recursive: true, force: true });
}
