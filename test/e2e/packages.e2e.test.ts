import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { must } from '../support/client.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { pack } from '../support/exports.ts';
import { bring, film, settled } from '../support/uploads.ts';
import { clipFolder } from '../unit/media/clips.ts';
import { otherCa } from '../unit/signing/pki.ts';
import { openBrowser } from '../web/browser.ts';
import { type ArchiveHouse, openArchiveHouse } from './archive-house.ts';
import { dropFile, openService } from './browser.ts';

describe('e2e: a package is taken away and checked', function () {
  this.timeout(60_000);
  let house: ArchiveHouse;
  let browser: Browser;
  let caseId: string;
  const clips = clipFolder();

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    house = await openArchiveHouse();
    caseId = await house.openCase('占道经营', '示执罚〔2026〕第1号');
    const told = { caseId, stage: 'INSPECT', filename: '巡查全程.mp4' };
    await settled(house.agency, await bring(house.officer.client, film(9_000_000, 7), told));
  });
  after(async () => {
    await browser?.close();
    await house?.app.destroy();
    clips.clear();
  });

  const receiptOf = async (id: string): Promise<Buffer> => {
    await settled(house.agency, id);
    for (;;) {
      const answer = await house.officer.client.fetch('GET', `/records/${id}/receipt`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (answer.status === 200) return bytes;
      assert.equal(answer.status, 202);
      await sleep(100);
    }
  };

  it('downloads by the page: goes on after a broken connection, compares the digest, keeps no other file', async () => {
    const { app, agency, archivist } = house;
    const made = await pack(archivist.client, caseId);
    const { hostname: host, port } = new URL(app.origin);
    const proxy = await startCuttingProxy({ host, port: Number(port) });
    const origin = `http://${host}:${proxy.port}`;
    try {
      const { page, look, close } = await openService(browser, origin, { as: archivist.client });
      await page.addInitScript(PICKER);
      await page.goto(`${origin}/exports/${made.id}`);
      const save = page.getByRole('button', { name: /下载并核对/ });
      await save.waitFor();
      proxy.cutAnswersTo(`/exports/${made.id}/content`, 4_000_000);
      await save.click();
      await page.getByText('连接中断，恢复后自动继续').waitFor();
      await look('download-broken');
      proxy.restore();
      await page.getByText('已保存，摘要与账本一致').waitFor();
      await page.getByText('断点续传 1 次').waitFor();
      await look('download-saved');
      assert.deepEqual(await savedFiles(page), [made.package.sha256]);
      assert.equal(must(await archivist.client.get(`/exports/${made.id}`)).fetches.length, 1);

      proxy.cutAnswersTo(`/exports/${made.id}/content`, 2_000_000);
      await save.click();
      await page.getByText('连接中断，恢复后自动继续').waitFor();
      await page.getByRole('button', { name: '暂停' }).click();
      await page.getByText('已暂停').waitFor();
      await look('download-paused');
      proxy.restore();
      await page.getByRole('button', { name: '继续' }).click();
      await page.getByText('已保存，摘要与账本一致').waitFor();

      const key = `${agency.id}/packages/${made.id}.zip`;
      const bytes = Buffer.from(await new Response((await app.deps.work.get(key)) as never).arrayBuffer());
      bytes[bytes.length >> 1]! ^= 1;
      await app.deps.work.put(key, bytes);
      await save.click();
      await page.getByText('收到的内容与账本中的摘要不一致').waitFor();
      await look('download-different');
      assert.deepEqual(await savedFiles(page), []);
      await close();
    } finally {
      await proxy.close();
    }
  });

  it('waits for who was signed out meanwhile, and leaves the download to the browser where a page may write no files', async () => {
    const { app, archivist } = house;
    const made = await pack(archivist.client, caseId);
    const { hostname: host, port } = new URL(app.origin);
    const proxy = await startCuttingProxy({ host, port: Number(port) });
    const origin = `http://${host}:${proxy.port}`;
    try {
      const { page, context, look, close } = await openService(browser, origin, {
        ...{ as: archivist.client, size: 'phone', language: 'en' },
      });
      await page.addInitScript(PICKER);
      await page.goto(`${origin}/exports/${made.id}`);
      proxy.cutAnswersTo(`/exports/${made.id}/content`, 4_000_000);
      await page.getByRole('button', { name: /Download and compare/ }).click();
      await page.getByText('The connection broke').waitFor();
      const cookies = await context.cookies();
      await context.clearCookies();
      proxy.restore();
      await page.getByText('It goes on once you have signed in').waitFor();
      await page.getByRole('dialog').waitFor();
      await context.addCookies(cookies);
      await page.evaluate('new BroadcastChannel("session").postMessage("signed-in")');
      await page.getByText('Saved, with the digest that the ledger names').waitFor();
      assert.deepEqual(await savedFiles(page), [made.package.sha256]);
      await page.addInitScript('delete window.showSaveFilePicker');
      await page.reload();
      await page.getByRole('link', { name: /^Download \(/ }).waitFor();
      await look('download-plain');
      await close();
    } finally {
      await proxy.close();
    }
  });

  it('checks a package and a receipt in the browser, and refuses a damaged copy with the reason', async () => {
    const { app, archivist, officer } = house;
    const made = await pack(archivist.client, caseId, { form: 'asice' });
    const bytes = Buffer.from(await (await archivist.client.fetch('GET', `/exports/${made.id}/content`)).arrayBuffer());
    const good = clips.write('案卷.asice', bytes);
    const damaged = Buffer.from(bytes);
    damaged[bytes.length >> 1]! ^= 1;
    const bad = clips.write('案卷-损坏.asice', damaged);
    const { page, look, close } = await openService(browser, app.origin, { as: archivist.client });
    await page.goto(`${app.origin}/verify`);
    await page.getByText('本服务的根证书与账本公钥').waitFor();
    await look('verify');
    const choose = page.locator('input[type=file]').first();
    await choose.setInputFiles(good);
    await page.getByText(/全部 \d+ 项通过/).waitFor();
    await page.getByText('通过只说明是本系统签出').first().waitFor();
    await page.getByText('巡查全程.mp4').waitFor();
    await look('verify-good');
    await choose.setInputFiles(bad);
    const alert = page.getByRole('alert');
    await alert.getByText(/有 \d+ 项不通过/).waitFor();
    await page.locator('[data-check="bag.payload-digests"] .check-bad').waitFor();
    await page.getByText('以下内容未经证明，仅供查看').waitFor();
    await look('verify-bad');
    await page.getByRole('radio', { name: '另行取得的' }).check();
    await choose.setInputFiles(good);
    await page.getByText('信任根取自包内').first().waitFor();
    await page.getByLabel('根证书（PEM）', { exact: true }).fill(otherCa.certificatePem);
    await look('verify-own');
    await page.getByRole('button', { name: '重新核验' }).click();
    await page.locator('[data-check="bag.signature"] .check-bad').waitFor();
    await close();

    const receipt = { name: 'receipt.zip', buffer: await receiptOf(await bring(officer.client, film(20_000, 8))) };
    const phone = await openService(browser, app.origin, {
      as: officer.client,
      size: 'narrow',
      language: 'en',
      dark: true,
    });
    await phone.page.goto(`${app.origin}/verify`);
    await dropFile(phone.page.locator('.drop'), receipt);
    await phone.page.getByText(/All \d+ checks hold/).waitFor();
    await phone.page.getByText('set out in lines').waitFor();
    await phone.look('verify-receipt');
    await phone.page
      .locator('input[type=file]')
      .first()
      .setInputFiles(clips.write('不是包.zip', film(5000)));
    await phone.page.getByText('Choose the exported .zip or .asice itself').waitFor();
    await phone.look('verify-unread');
    await phone.close();
  });
});

/** The dialog of the operating system cannot be clicked: the file that it would give lies in the browser's own file system. */
const PICKER = `window.showSaveFilePicker = async ({ suggestedName }) =>
  (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });`;

/** SHA-256 of every file that was saved. */
const savedFiles = (page: Page) =>
  page.evaluate(`(async () => {
    const found = [];
    for await (const handle of (await navigator.storage.getDirectory()).values()) {
      const bytes = await (await handle.getFile()).arrayBuffer();
      found.push(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex());
    }
    return found;
  })()`);
