import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { issueSetupLink, setupAddress } from '../../server/access/setup-link.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { things } from '../support/things.ts';
import { openBrowser } from '../web/browser.ts';
import { openService, sizes } from './browser.ts';

const password = 'plum-window-harbour-41';
const fill = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

describe('e2e: set-up and session', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  const oneTime: Record<string, string> = {};

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  it('founds the agency from the one-time link on a phone', async () => {
    const link = setupAddress(app.origin, (await issueSetupLink(app.deps, 'first'))!);
    const { page, look, close, expect } = await openService(browser, app.origin, { size: 'narrow' });
    await page.goto(link);
    await page.getByRole('heading', { name: '初始化' }).waitFor();
    assert.equal(page.url(), `${app.origin}/setup`);
    await look('setup');
    await fill(page, '机关名称', '示例市综合行政执法局');
    await fill(page, '机关代码', '示例');
    await fill(page, '姓名', '王丽');
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', 'Password12345');
    await page.getByRole('button', { name: '建立机关' }).click();
    await page.getByText('应为 2 至 32 位字母、数字或 -').waitFor();
    await look('setup-refused');
    await fill(page, '机关代码', 'EXAMPLE');
    await fill(page, '密码', password);
    await page.getByRole('button', { name: '建立机关' }).click();
    await page.getByRole('heading', { name: '机关已建立' }).waitFor();
    await look('setup-done');
    const told = await page.locator('code').allInnerTexts();
    for (const [i, name] of ['wangli-security', 'wangli-audit'].entries()) {
      oneTime[name] = told[i] ?? '';
      assert.match(oneTime[name], /^\S{10,}$/);
    }
    expect(/422/);
    await close();
  });

  it('signs in at the address that was asked for, and out again', async () => {
    const { page, context, look, close, expect } = await openService(browser, app.origin);
    await page.goto(`${app.origin}/people?state=active`);
    await page.getByRole('heading', { name: '登录铁证' }).waitFor();
    await look('sign-in');
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', 'wrong');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('用户名或密码错误').waitFor();
    await look('sign-in-refused');
    await fill(page, '密码', password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { level: 1, name: '人员' }).waitFor();
    assert.equal(page.url(), `${app.origin}/people?state=active`);
    await look('people');
    // On paper of 21 cm a list stays a table, all of it, and what is pressed is left out.
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 703, height: 1000 });
    const table = await page.locator('table').boundingBox();
    assert.ok(table && table.x + table.width <= 703, JSON.stringify(table));
    assert.equal(await page.locator('.cards, .filters:visible, .ant-btn:visible').count(), 0);
    await page.screenshot({ path: new URL('./shots/people-print.png', import.meta.url).pathname });
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize(sizes.desktop);
    await page.getByRole('cell').locator('time').first().hover();
    await page
      .getByRole('tooltip')
      .getByText(/(GMT|UTC)\+8.*\d{4}-\d\d-\d\dT.*Z/)
      .waitFor();
    // The session is in a cookie that no script reads; nothing kept in the browser opens anything.
    const session = (await context.cookies()).find(({ httpOnly }) => httpOnly)?.value ?? '';
    assert.match(session, /^\S{20,}$/);
    const kept = await page.evaluate<string>(
      'document.cookie + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })',
    );
    for (const secret of [session, password]) assert.ok(!kept.includes(secret), kept);
    await page.mouse.move(0, 0);
    await page.getByRole('button', { name: /账户/ }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByRole('heading', { name: '登录铁证' }).waitFor();
    expect(/401/);
    await close();
  });

  it('needs less than 300 KiB, compressed by gzip, until one can sign in', async () => {
    const context = await browser.newContext({ locale: 'zh-CN', extraHTTPHeaders: { 'accept-encoding': 'gzip' } });
    const page = await context.newPage();
    const sizes: Promise<{ responseBodySize: number }>[] = [];
    page.on('requestfinished', (request) => sizes.push(request.sizes()));
    await page.goto(app.origin, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: '登录' }).waitFor();
    const sum = (await Promise.all(sizes)).reduce((all, { responseBodySize }) => all + responseBodySize, 0);
    assert.ok(sum > 200 * 1024 && sum < 300 * 1024, `${sum} bytes`);
    await context.close();
  });

  it('asks for a password of one’s own before anything else', async () => {
    const { page, look, close, expect } = await openService(browser, app.origin, { size: 'phone', language: 'en' });
    await page.goto(app.origin);
    await fill(page, 'User name', 'wangli-security');
    await fill(page, 'Password', oneTime['wangli-security'] ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await look('first-password');
    await fill(page, 'Present password', oneTime['wangli-security'] ?? '');
    await fill(page, 'New password', `${password}-security`);
    await fill(page, 'New password again', `${password}-security`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: /Welcome/ }).waitFor();
    await look('home');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'People' }).waitFor();
    await look('menu');
    expect(/401/);
    await close();
  });

  it('asks to sign in again over the page when the session has ended, and keeps what was typed', async () => {
    const { page, look, close, expect, context } = await openService(browser, app.origin);
    await page.goto(`${app.origin}/people`);
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: '登记人员' }).click();
    await fill(page.getByRole('dialog') as never, '姓名', '陈执法');
    await fill(page.getByRole('dialog') as never, '用户名', 'chen');
    await look('register');
    await context.clearCookies();
    await page.getByRole('dialog').getByRole('button', { name: '登记人员' }).click();
    const again = page.getByRole('dialog', { name: '会话已结束，请重新登录' });
    await again.waitFor();
    await look('session-ended');
    await again.getByLabel('密码', { exact: true }).fill(password);
    await again.getByRole('button', { name: '登录' }).click();
    await again.waitFor({ state: 'detached' });
    await page.getByRole('dialog').getByRole('button', { name: '登记人员' }).click();
    await page.getByText('一次性密码只显示这一次').waitFor();
    await look('registered');
    await page.getByRole('button', { name: '关闭' }).click();
    await page.getByRole('link', { name: '陈执法' }).click();
    await page.getByRole('heading', { level: 1, name: '陈执法' }).waitFor();
    await look('person');
    expect(/401/);
    await close();
  });

  it('warns before the session ends, stays when asked to, and says when nobody did', async () => {
    const { page, look, close, expect } = await openService(browser, app.origin, { size: 'phone', dark: true });
    await page.clock.install();
    await page.goto(app.origin);
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { level: 1, name: /您好/ }).waitFor();
    await page.clock.fastForward('27:10');
    const warning = page.getByRole('dialog', { name: '会话即将结束' });
    await warning.getByText(/1:\d\d 后/).waitFor();
    await look('session-ends');
    await warning.getByRole('button', { name: '继续使用' }).click();
    await warning.waitFor({ state: 'detached' });
    await page.clock.fastForward('40:00');
    await page.getByRole('dialog', { name: '会话已结束，请重新登录' }).waitFor();
    expect(/401/);
    await close();
  });

  it('works by plain http in a network of the house, where browsers withhold some of what they have', async () => {
    const house = app.origin.replace('127.0.0.1', 'house.test');
    const { page, close, expect } = await openService(browser, house);
    await page.goto(`${house}/departments`);
    assert.equal(await page.evaluate('isSecureContext'), false);
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: '新建部门' }).click();
    await page.getByRole('dialog').getByLabel('名称', { exact: true }).fill('综合科');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.getByRole('cell', { name: '综合科' }).waitFor();
    await page.goto(`${house}/people?q=wangli-audit`);
    await page.getByRole('link', { name: '审计员' }).click();
    await page.getByRole('button', { name: /^复制/ }).click();
    await page.getByText('已复制').waitFor();
    expect(/401/);
    expect(/Cross-Origin-Opener-Policy|Origin-Agent-Cluster/);
    await close();
  });

  it('opens other pages without a network, and reads them once it is back', async () => {
    const { page, context, look, close, expect } = await openService(browser, app.origin, { size: 'narrow' });
    await page.goto(app.origin);
    await fill(page, '用户名', 'wangli');
    await fill(page, '密码', password);
    const ahead = page.waitForResponse(/\/assets\/docks-/);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { level: 1, name: /您好/ }).waitFor();
    await ahead;
    await context.setOffline(true);
    await page.getByText('网络已断开').waitFor();
    // Code that is still on its way is not got now, which the browser tells: this is told in any case.
    await page.evaluate("fetch('/healthz').catch(() => undefined)");
    await page.getByRole('button', { name: '菜单' }).click();
    await page.getByRole('link', { name: '部门' }).click();
    await page.getByRole('heading', { level: 1, name: '部门' }).waitFor();
    const line = await page.locator('.ant-skeleton li').first().boundingBox();
    assert.ok(line && line.width > 200, 'what is on its way has its place');
    await page.screenshot({ path: new URL('./shots/offline.png', import.meta.url).pathname });
    await context.setOffline(false);
    await page.getByText('综合科').waitFor();
    await look('online-again');
    expect(/401/);
    expect(/ERR_INTERNET_DISCONNECTED/);
    await close();
  });

  it('says what is not there, and what is not permitted', async () => {
    const agency = await foundAgency(app, 'second', '第二机关');
    const department = await agency.department('一中队');
    const officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
    const device = await things.devices!.make(agency, department, officer.id);
    const { page, look, close } = await openService(browser, app.origin, { as: officer.client, dark: true });
    await page.goto(`${app.origin}/people`);
    await page.getByRole('heading', { level: 1, name: '没有权限' }).waitFor();
    await look('not-permitted');
    await page.goto(`${app.origin}/devices/${device}`);
    await page.getByRole('cell', { name: '陈执法', exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: '收回' }).count(), 0);
    await page.goto(`${app.origin}/nothing/there`);
    await page.getByRole('heading', { level: 1, name: '没有这个页面' }).waitFor();
    await look('not-found');
    await page.getByRole('button', { name: /账户/ }).click();
    await page.getByRole('menuitem', { name: '修改密码' }).click();
    await page.getByRole('heading', { level: 1, name: '修改密码' }).waitFor();
    await look('password');
    await close();
  });
});
