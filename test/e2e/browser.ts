import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Client } from '../support/client.ts';

const SHOTS = fileURLToPath(new URL('./shots/', import.meta.url));

/** How long a loaded machine may take for one step, milliseconds. */
const PATIENCE_MS = 30_000;

export const sizes = {
  phone: { width: 390, height: 844 },
  narrow: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  laptop: { width: 1280, height: 800 },
  desktop: { width: 1440, height: 900 },
  wide: { width: 1920, height: 1080 },
} as const;

export interface Looks {
  size?: keyof typeof sizes;
  language?: 'zh-CN' | 'en';
  dark?: boolean;
  /** Who is signed in already. */
  as?: Client;
}

/** What a person sees: a page in a context of its own that keeps every complaint of the browser. */
export interface Seen {
  page: Page;
  context: BrowserContext;
  /** As the page stands: no fault of accessibility, nothing beside the screen. Leaves a picture of that name. */
  look(name: string): Promise<void>;
  /** Nothing was complained of, and nothing asked of another origin. Closes the page. */
  close(): Promise<void>;
  /** Complaints that the test means to cause: removed, so that `close` does not find them. */
  expect(complaint: RegExp): void;
  /** Complaints that may come of what the test does, or not, by what the browser was about. */
  allow(complaint: RegExp): void;
}

/** Opens the service as one person on one device. */
export async function openService(browser: Browser, origin: string, looks: Looks = {}): Promise<Seen> {
  const { size = 'desktop', language = 'zh-CN', dark = false, as } = looks;
  const context = await browser.newContext({
    viewport: sizes[size],
    locale: language,
    timezoneId: 'Asia/Shanghai',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    hasTouch: sizes[size].width < 768,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  if (as?.cookie) {
    const [name = '', value = ''] = as.cookie.split('=');
    await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: 'Lax' }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = watch(page, origin);
  const allowed: RegExp[] = [];
  const form = [size, language, ...(dark ? ['dark'] : [])].join('-');
  return {
    page,
    context,
    async look(name) {
      await settled(page);
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: `${SHOTS}${name}-${form}.png`, animations: 'disabled' });
      await checkPage(page, `${name} ${form}`);
    },
    async close() {
      assert.deepEqual(
        complaints.filter((told) => !allowed.some((complaint) => complaint.test(told))),
        [],
      );
      await context.close();
    },
    allow(complaint) {
      allowed.push(complaint);
    },
    expect(complaint) {
      const before = complaints.length;
      complaints.splice(0, before, ...complaints.filter((told) => !complaint.test(told)));
      assert.notEqual(complaints.length, before, `nothing complained of ${complaint}`);
    },
  };
}

/** Drops a file, as from a folder of the desktop. */
export async function dropFile(zone: Locator, { name, buffer }: { name: string; buffer: Buffer }): Promise<void> {
  const dataTransfer = await zone.page().evaluateHandle(`(() => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob('${buffer.toString('base64')}'), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], '${name}'));
    return data;
  })()`);
  await zone.dispatchEvent('drop', { dataTransfer });
}

/** A field by its label, which may say behind it that the field is optional. */
export const field = (within: Page | Locator, label: string): Locator =>
  within.getByLabel(new RegExp(`^${label}`)).first();

/** Chooses in a select of the component library: by keyboard what can be looked for, by hand what is only listed. */
export async function choose(within: Locator, label: string, text: string): Promise<void> {
  const page = within.page();
  const select = field(within, label);
  const listed = (await select.getAttribute('readonly')) !== null;
  await (listed ? select.press('Enter') : select.fill(text));
  const option = page
    .locator('.ant-select-dropdown:visible .ant-select-item-option-content', { hasText: text })
    .first();
  await option.waitFor();
  await (listed ? option.click() : page.keyboard.press('Enter'));
}

/** There is a page, and nothing of it is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  const coming = page.locator('[aria-busy=true], .ant-skeleton, .ant-spin-spinning');
  while ((await coming.count()) > 0) await page.waitForTimeout(20);
  if ((await page.locator('.ant-modal-mask:visible').count()) > 0) await page.getByRole('dialog').last().waitFor();
}

/** Until an expression is true in the page. Playwright's own way evaluates in the page, which the policy of the pages forbids. */
export async function until(page: Page, expression: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await page.evaluate(expression)); await page.waitForTimeout(30))
    assert.ok(Date.now() < deadline, `not in ${PATIENCE_MS} ms: ${expression}`);
}

function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url)) complaints.push(`request: ${url}`);
  });
  return complaints;
}

/** WCAG 2.2 AA as axe checks it, and no scrolling sideways (1.4.10). */
async function checkPage(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const body = (globalThis as unknown as { document: { body: never } }).document.body;
    return await run(body, {
      resultTypes: ['violations'],
      // Style sheets are for a rule that is not among these; without a network they could not be read.
      preload: { assets: ['media'] },
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
  });
  const told = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }));
  assert.deepEqual(told, [], name);
  const beside = await page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number } };
      innerWidth: number;
    };
    return document.documentElement.scrollWidth - innerWidth;
  });
  assert.ok(beside <= 0, `${name}: ${beside} px beside the screen`);
}
