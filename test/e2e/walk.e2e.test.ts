import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { type Bureau, bureau } from '../pictures/bureau.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { pack } from '../support/exports.ts';
import { hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { type Looks, openService, settled, until } from './browser.ts';

/** Every page of `web/app`, as who may open it; ids are of the made-up bureau. */
const routes = {
  officer: [
    '/',
    '/password',
    '/upload',
    '/inbox',
    '/cases',
    '/cases/:file',
    '/subjects',
    '/subjects/:subject',
    '/records',
    '/records/:seizure',
    '/grants',
    '/dock-days',
    '/verify',
  ],
  reviewer: ['/', '/grants', '/grants/new?case=:file', '/grants/:grant', '/cases/:file'],
  approver: ['/', '/approvals', '/approvals?list=running', '/approvals?list=past', '/grants/:grant'],
  archivist: ['/', '/archive?state=all', '/exports', '/exports/:package', '/due-records', '/disposals'],
  auditor: ['/', '/ledger', '/ledger/1', '/accesses', '/checkpoints', '/log-tokens', '/approvals', '/people'],
  sysadmin: [
    '/',
    '/people',
    '/people/:officer',
    '/departments',
    '/devices',
    '/docks',
    '/docks/:dock',
    '/certificates',
    '/system',
    '/settings',
    '/workdays',
  ],
  secadmin: ['/', '/people/:officer', '/docks/:dock', '/certificates'],
} as const;

/** What tests of their own look at, which make it first. */
const elsewhere = ['devices/:id', 'dock-days/:id', 'disposals/:id', 'viewings/:id'];

/** What is worked on. */
const byKeyboard = {
  officer: ['/', '/upload', '/cases/:file', '/records', '/records/:seizure', '/inbox'],
  reviewer: ['/grants/new?case=:file'],
  approver: ['/approvals', '/grants/:grant'],
  archivist: ['/archive?state=all', '/exports/:package'],
  auditor: ['/accesses', '/ledger/1'],
  secadmin: ['/people/:officer'],
} as const;

/** What is taken along on paper: receipts and lists. */
const printed = {
  officer: ['/cases/:file', '/subjects/:subject', '/records', '/records/:seizure'],
  reviewer: ['/grants/:grant'],
  approver: ['/approvals?list=running'],
  archivist: ['/archive?state=all', '/exports/:package'],
  auditor: ['/ledger', '/ledger/1', '/accesses', '/checkpoints'],
  sysadmin: ['/people', '/certificates'],
} as const;

/** What a page is looked at in. `WALK=all` adds those that differ less. */
const looks: Looks[] = [
  { size: 'narrow', language: 'en', dark: true },
  { size: 'laptop' },
  ...(process.env.WALK === 'all'
    ? ([
        { size: 'laptop', language: 'en', dark: true },
        { size: 'tablet' },
        { size: 'wide' },
        { size: 'narrow' },
      ] as const)
    : []),
];

describe('e2e: every page', function () {
  this.timeout(300_000);
  let app: TestApp;
  let browser: Browser;
  let clients: Record<keyof typeof routes, Client>;
  let ids: Record<string, string>;

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    if (!hasFfmpeg) {
      console.error('skipped: no ffmpeg; no footage for the pages to show');
      return this.skip();
    }
    app = await startApp();
    const made: Bureau = await bureau(app);
    const administrators = {
      sysadmin: await made.agency.person({ roles: ['sysadmin'], name: '吴系统' }),
      secadmin: await made.agency.person({ roles: ['secadmin'], name: '郑安全' }),
    };
    const people = { ...made, ...administrators };
    clients = Object.fromEntries(
      (Object.keys(routes) as (keyof typeof routes)[]).map((who) => [who, people[who].client]),
    ) as never;
    const { id: made1 } = await pack(made.archivist.client, made.file.id, { reason: '移送档案馆' });
    ids = {
      ...{ file: made.file.id, subject: made.subject.id, seizure: made.seizure.id, grant: made.grant.id },
      ...{ package: made1, officer: made.officer.id, dock: made.dockId },
    };
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  const at = (path: string) => app.origin + path.replace(/:(\w+)/, (_, name: string) => ids[name] ?? '');

  it('is whole on paper, dark or not, without what is pressed', async () => {
    for (const [who, paths] of Object.entries(printed)) {
      const { page, close } = await openService(browser, app.origin, {
        ...{ as: clients[who as keyof typeof routes], size: 'laptop', dark: true },
      });
      for (const path of paths) {
        await page.emulateMedia({ media: 'screen' });
        await page.goto(at(path));
        await settled(page);
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize(PAPER);
        const ground = 'getComputedStyle(document.body).backgroundColor';
        // The colours and the tables in place of cards follow the medium a moment later.
        await until(page, `${ground} === 'rgb(255, 255, 255)' && !document.querySelector('.cards')`);
        for (const left of ['.ant-btn', '.header', '.sider', '.filters', '.paging'])
          assert.equal(await page.locator(`${left}:visible`).count(), 0, `${path}: ${left}`);
        assert.deepEqual(await sideways(page), [], path);
        const shot = `print-${who}${path.replaceAll(/[^a-z]+/g, '-')}.png`;
        await page.screenshot({ path: new URL(`./shots/${shot}`, import.meta.url).pathname, fullPage: true });
      }
      await close();
    }
  });

  it('is among those that are looked at', () => {
    const areas = new URL('../../web/app/', import.meta.url);
    const paths = globSync('*/pages.ts', { cwd: areas }).flatMap((file) =>
      [...readFileSync(new URL(file, areas), 'utf8').matchAll(/path: '([^']*)'/g)].map(([, path = '']) => path),
    );
    const plain = (path: string) => path.replace(/:\w+|(?<=^ledger\/)\d+/, ':').replace(/\?.*/, '');
    const walked = Object.values(routes).flatMap((of) => of.map((path) => plain(path.slice(1))));
    assert.ok(paths.length > 30);
    assert.deepEqual(
      paths.filter((path) => !elsewhere.includes(path) && !walked.includes(plain(path))),
      [],
    );
  });

  it('is reached by the Tab key, everything that can be pressed or filled in, each seen when it has the focus', async () => {
    for (const [who, paths] of Object.entries(byKeyboard)) {
      const { page, close } = await openService(browser, app.origin, {
        ...{ as: clients[who as keyof typeof routes], size: 'laptop' },
      });
      for (const path of paths) {
        await page.goto(at(path));
        await settled(page);
        const wanted = await page.evaluate<number>(NUMBERED);
        const reached = new Set<string>();
        for (let tabs = 0; tabs < wanted + 60 && reached.size < wanted; tabs++) {
          await page.keyboard.press('Tab');
          const told = await page.evaluate<{ number?: string; seen: boolean; html: string }>(FOCUSED);
          assert.ok(told.seen, `${path}: the focus is not seen on ${told.html}`);
          if (told.number) reached.add(told.number);
        }
        assert.deepEqual(await page.evaluate(`(${MISSED})(${JSON.stringify([...reached])})`), [], path);
      }
      await close();
    }
  });

  for (const look of looks) {
    const form = [look.size, look.language ?? 'zh-CN', look.dark ? 'dark' : 'light'].join(', ');
    it(`is accessible and fits: ${form}`, async () => {
      for (const [who, paths] of Object.entries(routes)) {
        const seen = await openService(browser, app.origin, { as: clients[who as keyof typeof routes], ...look });
        for (const path of paths) {
          const { page } = seen;
          await page.goto(at(path));
          await settled(page);
          await seen.look(`walk-${who}${path.replaceAll(/[^a-z]+/g, '-')}`);
          if (look.size !== 'narrow' && look.size !== 'tablet')
            assert.deepEqual(await sideways(page), [], `${who} ${path}`);
        }
        await seen.close();
      }
    });
  }
});

/** Of 21 cm without margins of 12 mm, CSS pixels. */
const PAPER = { width: 703, height: 994 };

/** Numbers what can be pressed or filled in, and answers how many. Of a group that the arrow keys move in, the one that Tab comes to. */
const NUMBERED = `(() => {
  const all = [...document.querySelectorAll('main :is(a[href], button, input, textarea, [role=tab])')].filter((one) =>
    one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]') &&
    one.type !== 'file');
  all.forEach((one, i) => { one.dataset.number = String(i); });
  return all.length;
})()`;

/** What has the focus, and whether anybody sees that: by an outline, a border, or what the library draws around it. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const { width, height } = one.getBoundingClientRect();
  const drawn = [one, one.parentElement, one.closest('.ant-select, .ant-picker, .ant-input-affix-wrapper, .ant-checkbox')];
  const seen = one === document.body || (width > 0 && height > 0) &&
    drawn.some((it) => it && /outline|shadow/.test([
      getComputedStyle(it).outlineStyle !== 'none' && 'outline',
      getComputedStyle(it).boxShadow !== 'none' && 'shadow',
    ].join()));
  return { number: one.dataset.number, seen, html: one.outerHTML.slice(0, 160) };
})()`;

const MISSED = `(reached) => [...document.querySelectorAll('[data-number]')]
  .filter((one) => !reached.includes(one.dataset.number)).map((one) => one.outerHTML.slice(0, 160))`;

/** The tables of which not every column is seen, and by how many pixels. */
const sideways = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('.ant-table-content')]
    .map((table) => [table.getAttribute('aria-label'), table.scrollWidth - table.clientWidth])
    .filter(([, beside]) => beside > 1)`);
