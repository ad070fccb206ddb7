import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { bring, film, pdf, settled, sha256 } from '../support/uploads.ts';
import { clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
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
});

const idOf = (page: Page) => page.url().split('/').at(-1);
