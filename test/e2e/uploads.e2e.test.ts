import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Locator } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { things } from '../support/things.ts';
import { film, pdf, program } from '../support/uploads.ts';
import { clipFolder } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { dropFile, openService } from './browser.ts';

describe('e2e: uploads', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  const clips = clipFolder();

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    department = await agency.department('综合执法一中队');
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
    clips.clear();
  });

  it('uploads many at once into a case, each digest compared', async () => {
    const caseId = await things.cases!.make(agency, department, officer.id);
    const { page, look, close, expect } = await openService(browser, app.origin, { as: officer.client });
    await page.goto(`${app.origin}/upload?case=${caseId}&stage=FILE`);
    await page.getByText('立案').waitFor();
    await look('upload');
    const files = [film(90_000, 3), film(70_000, 4), pdf('upload')].map((buffer, i) => ({
      name: ['巡查一.mp4', '巡查二.mp4', '立案审批表.pdf'][i]!,
      mimeType: '',
      buffer,
    }));
    const refused = { name: '程序.mp4', mimeType: 'video/mp4', buffer: program };
    await page.locator('input[type=file]').first().setInputFiles(files);
    await dropFile(page.locator('.drop'), refused);
    await page.getByText('不接收可执行文件').waitFor();
    await page.getByText('摘要一致').nth(2).waitFor();
    await look('upload-done');
    await page.getByRole('link', { name: '立案审批表.pdf' }).click();
    await page.getByText('与上传时声明的摘要一致').waitFor();
    await page.getByRole('cell', { name: '立案', exact: true }).waitFor();
    expect(/422/);
    await close();
  });

  it('goes on with a broken upload, also after the page was closed and the file picked again', async () => {
    const big = film(6_000_000, 9);
    const { page, context, look, close, expect } = await openService(browser, app.origin, {
      as: officer.client,
      size: 'phone',
    });
    const caseId = await things.cases!.make(agency, department, officer.id);
    const path = clips.write('执法现场.mp4', big);
    // The line is cut in the midst of the file: what came until then is kept.
    let line: 'whole' | 'cut' | 'none' = 'cut';
    await context.route('**/api/v1/uploads/*', async (route) => {
      const request = route.request();
      if (line === 'whole') return await route.fallback();
      if (line === 'cut' && request.method() === 'PATCH') {
        line = 'none';
        const body = big.subarray(0, 2_000_000);
        await fetch(request.url(), { method: 'PATCH', headers: own(await request.allHeaders()), body });
      }
      await route.abort('connectionreset');
    });
    await page.goto(`${app.origin}/upload?case=${caseId}`);
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.getByText('等待中').waitFor();
    await look('upload-waiting');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('已上传 33%').waitFor();
    await look('upload-unfinished');
    line = 'whole';
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.getByText('摘要一致').waitFor();
    await page.getByText('续传', { exact: true }).waitFor();
    await page.getByText('已上传 33%').waitFor({ state: 'detached' });
    expect(/ERR_CONNECTION_RESET|Failed to load/);
    await close();
  });

  it('waits for the network and for the session, and goes on by itself', async () => {
    const caseId = await things.cases!.make(agency, department, officer.id);
    const { page, context, look, close, expect } = await openService(browser, app.origin, {
      ...{ as: officer.client, size: 'narrow', language: 'en', dark: true },
    });
    await page.goto(`${app.origin}/upload?case=${caseId}`);
    await page.getByRole('button', { name: 'Take a photo' }).waitFor();
    const captures = await page
      .locator('input[capture]')
      .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('accept')));
    assert.deepEqual(captures, ['image/*', 'video/*', 'audio/*']);
    await page.getByRole('img').first().waitFor();
    const choose = (name: string, seed: number) =>
      page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name, mimeType: 'video/mp4', buffer: film(50_000, seed) });
    await choose('a.mp4', 21);
    await page.getByText('Digest equal').waitFor();
    await context.setOffline(true);
    await choose('b.mp4', 22);
    await page.getByText('No network; it goes on by itself').waitFor();
    await look('upload-offline');
    await context.setOffline(false);
    await page.getByText('Digest equal').nth(1).waitFor();
    const cookies = await context.cookies();
    await context.clearCookies();
    await choose('c.mp4', 23);
    await page.getByText('it goes on once you have signed in').waitFor();
    await page.getByRole('dialog').waitFor();
    await context.addCookies(cookies);
    await page.evaluate('new BroadcastChannel("session").postMessage("signed-in")');
    await page.getByText('Digest equal').nth(2).waitFor();
    expect(/ERR_INTERNET_DISCONNECTED/);
    expect(/401/);
    await close();
  });

  it('tells speed and time left, pauses all and goes on', async () => {
    const { page, context, look, close } = await openService(browser, app.origin, { as: officer.client });
    await page.goto(`${app.origin}/upload`);
    const line = await context.newCDPSession(page);
    const throttle = (uploadThroughput: number) =>
      line.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
      });
    await throttle(400_000);
    const names = ['长录像一.mp4', '长录像二.mp4'];
    const files = names.map((name, i) => ({ name, mimeType: 'video/mp4', buffer: film(4_000_000, 40 + i) }));
    await page.locator('input[type=file]').first().setInputFiles(files);
    await page.getByText(/^约剩 0:\d\d:\d\d$/).waitFor();
    await page.getByText(/^\d.* KiB\/秒$/).waitFor();
    await look('upload-going');
    await page.getByRole('button', { name: '全部暂停' }).click();
    await page.getByText('已暂停').nth(1).waitFor();
    await throttle(-1);
    await page.getByRole('button', { name: '继续 长录像一.mp4' }).click();
    await page.getByText('摘要一致').waitFor();
    await page.getByText('已暂停').waitFor();
    await page.getByRole('button', { name: '全部继续' }).click();
    await page.getByText('摘要一致').nth(1).waitFor();
    await close();
  });

  it('goes on after the page was closed by a kept handle, without picking the file again', async () => {
    const { page, context, close, expect } = await openService(browser, app.origin, { as: officer.client });
    let whole = false;
    await context.route('**/api/v1/uploads/*', (route) =>
      whole || route.request().method() === 'HEAD' ? route.fallback() : route.abort('connectionreset'),
    );
    await page.goto(`${app.origin}/upload`);
    await dropKept(page.locator('.drop'), { name: '拖入的录像.mp4', buffer: film(60_000, 50) });
    await page.getByText('等待中').waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('已上传 0%').waitFor();
    whole = true;
    await page.getByRole('button', { name: '继续上传' }).click();
    await page.getByText('摘要一致').waitFor();
    await page.getByRole('heading', { name: '未完成的上传' }).waitFor({ state: 'detached' });
    expect(/ERR_CONNECTION_RESET|Failed to load/);
    await close();
  });
});

/** Drops a file as browsers do that give a handle of it, which outlives the page. */
async function dropKept(zone: Locator, { name, buffer }: { name: string; buffer: Buffer }): Promise<void> {
  const dataTransfer = await zone.page().evaluateHandle(`(async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('${name}', { create: true });
    const writable = await handle.createWritable();
    await writable.write(Uint8Array.from(atob('${buffer.toString('base64')}'), (char) => char.charCodeAt(0)));
    await writable.close();
    DataTransferItem.prototype.getAsFileSystemHandle = async () => handle;
    const data = new DataTransfer();
    data.items.add(await handle.getFile());
    return data;
  })()`);
  await zone.dispatchEvent('drop', { dataTransfer });
}

/** The headers that a request of our own may carry on. */
const own = ({ cookie, origin, ...rest }: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({ cookie, origin, ...rest }).filter(
      ([name, value]) => value && /^(cookie|origin|tus-|upload-|content-type)/.test(name),
    ),
  ) as Record<string, string>;
