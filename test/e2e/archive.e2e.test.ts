import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { pack } from '../support/exports.ts';
import { bring, film, pdf, settled, sha256 } from '../support/uploads.ts';
import { clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
import { otherCa } from '../unit/signing/pki.ts';
import { openBrowser } from '../web/browser.ts';
import { openService } from './browser.ts';

describe('e2e: an archivist', function () {
  this.timeout(60_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let archivist: TestPerson;
  let footage: Buffer;
  let caseId: string;
  const clips = clipFolder();

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    footage = hasFfmpeg ? readFileSync(clips.make('clip.mp4', 'av')) : film(60_000);
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    department = await agency.department('综合执法一中队');
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
    archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
    caseId = await closedCase('占道经营', '示执罚〔2026〕第1号');
    const told = { caseId, stage: 'INSPECT' };
    for (const [bytes, filename] of [
      [footage, '现场检查.mp4'],
      [film(9_000_000, 7), '巡查全程.mp4'],
    ] as const)
      await settled(agency, await bring(officer.client, bytes, { ...told, filename }));
    await settled(agency, await document(caseId, '现场检查记录.pdf'));
    await closeCase(caseId);
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
    clips.clear();
  });

  const closedCase = async (cause: string, caseNo?: string): Promise<string> =>
    must(
      await officer.client.post('/cases', {
        ...{ kind: 'penalty', cause, departmentId: department, stage: 'INSPECT' },
        ...(caseNo && { caseNo }),
      }),
      201,
    ).id;
  const closeCase = async (id: string) => {
    for (const stage of ['FILE', 'CLOSE'])
      must(await officer.client.post(`/cases/${id}/stages`, { stage, note: '办结' }));
  };
  const document = async (id: string, name: string): Promise<string> => {
    const form = new FormData();
    form.set('caseId', id);
    form.set('stage', 'INSPECT');
    form.set('files', new Blob([new Uint8Array(pdf(name))]), name);
    return must(await officer.client.send('POST', '/records', { body: form }), 201).records[0].id;
  };

  const receiptOf = async (id: string): Promise<Buffer> => {
    await settled(agency, id);
    for (;;) {
      const answer = await officer.client.fetch('GET', `/records/${id}/receipt`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (answer.status === 200) return bytes;
      assert.equal(answer.status, 202);
      await sleep(100);
    }
  };

  it('sees what is there and missing, packs a case with a reason, and finds in the package what was in the case', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: archivist.client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/exports`);
    await page.getByText('还没有案卷包').waitFor();
    await look('exports-none');
    await page.getByRole('main').getByRole('link', { name: '选择要打包的案件' }).first().click();
    await page.getByText('可打包', { exact: true }).waitFor();
    await page.getByText('立案：缺文书').waitFor();
    await look('case-files');
    await page.getByRole('button', { name: '打包案卷 示执罚' }).click();
    await dialog.getByText('以下环节尚有缺项').waitFor();
    await dialog.getByLabel(/^用途说明/).fill('移送档案馆');
    await look('pack');
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await page.getByRole('heading', { level: 1, name: /案卷-示执罚/ }).waitFor();
    await page.getByRole('link', { name: '巡查全程.mp4' }).waitFor();
    await page.getByText('移送档案馆').waitFor();
    await page.getByText('尚未下载').waitFor();
    await look('export');
    const downloading = page.waitForEvent('download');
    await page
      .getByRole('link', { name: /下载（/ })
      .first()
      .click();
    const path = await (await downloading).path();
    const { package: made } = must(await archivist.client.get(`/exports/${idOf(page)}`));
    assert.equal(sha256(readFileSync(path)), made.sha256);
    await page.goto(`${app.origin}/exports`);
    await page.getByRole('link', { name: /案卷-示执罚/ }).waitFor();
    await look('exports');
    await close();
    const phone = await openService(browser, app.origin, {
      as: archivist.client,
      size: 'narrow',
      language: 'en',
      dark: true,
    });
    for (const [path, text, name] of [
      ['archive', 'Can be packed', 'case-files'],
      ['exports', 'Ready', 'exports'],
      [`exports/${made.url.split('/').at(-2)}`, 'Handing over', 'export'],
    ] as const) {
      await phone.page.goto(`${app.origin}/${path}`);
      await phone.page.getByText(text).first().waitFor();
      await phone.look(name);
    }
    await phone.close();
  });

  it('checks a package and a receipt in the browser, and refuses a damaged copy with the reason', async () => {
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

    const receipt = clips.write('receipt.zip', await receiptOf(await bring(officer.client, film(20_000, 8))));
    const phone = await openService(browser, app.origin, {
      as: officer.client,
      size: 'narrow',
      language: 'en',
      dark: true,
    });
    await phone.page.goto(`${app.origin}/verify`);
    await phone.page.locator('input[type=file]').first().setInputFiles(receipt);
    await phone.page.getByText(/All \d+ checks hold/).waitFor();
    await phone.page.getByText('byte by byte').waitFor();
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

const idOf = (page: Page) => page.url().split('/').at(-1);
