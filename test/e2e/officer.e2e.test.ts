import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser, Locator } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { bring, film, pdf, settled } from '../support/uploads.ts';
import { clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { choose, field, openService } from './browser.ts';

/** Goes to a field by the keyboard alone. */
async function tabTo(field: Locator): Promise<void> {
  const id = await field.getAttribute('id');
  for (let tabs = 0; tabs < 10; tabs++) {
    await field.page().keyboard.press('Tab');
    if ((await field.page().evaluate('document.activeElement.id')) === id) return;
  }
  assert.fail(`${id} is not reached by Tab`);
}

describe('e2e: an officer', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let footage: Buffer;
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
    await agency.person({ roles: ['officer'], departments: [department], name: '李执法' });
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
    clips.clear();
  });

  it('opens a case, takes it on, and sees what is there of each stage and what must be', async () => {
    const { client } = officer;
    must(
      await client.post('/subjects', {
        type: 'organisation',
        name: '示例餐饮店',
        idType: 'credit-code',
        idNumber: '91331181MA0000DEMC',
        idNumberReason: '示例',
      }),
      201,
    );
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/cases`);
    await page.getByText('没有符合条件的案件').waitFor();
    await page.getByRole('button', { name: '建立案件' }).click();
    await field(dialog, '案由').fill('占道经营');
    await field(dialog, '案号').fill('示执罚〔2026〕第1号');
    await choose(dialog, '执法对象', '示例餐饮店');
    await look('case-open');
    await dialog.getByRole('button', { name: '建立案件' }).click();
    await page.getByRole('heading', { level: 1, name: '占道经营' }).waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    await page.getByRole('button', { name: '加入人员' }).click();
    await choose(dialog, '人员', '李执法');
    await dialog.getByRole('button', { name: '加入人员' }).click();
    await page.getByRole('button', { name: '退出 李执法' }).waitFor();
    for (const stage of ['现场检查', '强制措施']) {
      await page.getByRole('button', { name: '进入环节' }).click();
      await choose(dialog, '环节', stage);
      await dialog.getByRole('button', { name: '进入环节' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByText('缺全程音像').waitFor();
    const filmed = await bring(client, footage, {
      filename: '查封现场.mp4',
      caseId: id,
      stage: 'COERCE',
      place: '解放街12号',
    });
    const form = new FormData();
    form.set('caseId', id);
    form.set('stage', 'INSPECT');
    form.set('files', new Blob([pdf()]), '现场检查记录.pdf');
    must(await client.send('POST', '/records', { body: form }), 201);
    await settled(agency, filmed);
    await page.reload();
    await page.getByText('视频 1').waitFor();
    await page.getByRole('link', { name: '查封现场.mp4' }).waitFor();
    await look('case');
    await close();
    const phone = await openService(browser, app.origin, { as: client, size: 'phone', language: 'en' });
    await phone.page.goto(`${app.origin}/cases/${id}`);
    await phone.page.getByText('1 video').waitFor();
    await phone.look('case');
    await phone.close();
  });

  it('finds a record, verifies it in the browser, corrects, links and confirms it', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: officer.client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/records`);
    await page.locator('#filter-q').fill('查封');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: '现场检查记录.pdf' }).waitFor({ state: 'detached' });
    // Days are chosen in the language of the page; a browser's own field speaks that of the browser.
    assert.equal(await page.locator('input[type=date]').count(), 0);
    await page.getByLabel('拍摄日期自').click();
    await page
      .getByText(/^\d{4}年$/)
      .first()
      .waitFor();
    await look('records-day');
    await page.getByLabel('拍摄日期自').fill('2020-01-02');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=2020-01-02/);
    await page.getByRole('link', { name: '查封现场.mp4' }).waitFor();
    await look('records');
    await page.getByRole('link', { name: '查封现场.mp4' }).click();
    await page.getByRole('button', { name: '立即核验' }).click();
    await dialog.getByText(/全部 \d+ 项通过/).waitFor();
    await look('record-verified');
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载回执' }).click();
    assert.match((await downloading).suggestedFilename(), /^receipt-.*\.zip$/);
    await page.getByRole('button', { name: '清单' }).click();
    await page.getByText('tiezheng.manifest').waitFor();
    await look('record-manifest');
    await page.getByRole('button', { name: '清单' }).click();

    await page.getByRole('button', { name: '更正' }).click();
    await field(dialog, '题名').fill('查封现场全过程');
    await field(dialog, '原因').fill('补充题名');
    await look('record-correct');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { level: 1, name: '查封现场全过程' }).waitFor();
    await page.getByRole('button', { name: '关联', exact: true }).click();
    await choose(dialog, '执法对象', '示例餐饮店');
    if (hasFfmpeg) {
      await field(dialog, '止').fill('59:00');
      await dialog.getByRole('button', { name: '关联' }).click();
      await dialog.getByText(/毫秒/).waitFor();
      await look('record-link');
    }
    await field(dialog, '止').fill('0:01');
    await dialog.getByRole('button', { name: '关联' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '签名确认' }).click();
    await dialog.getByText('tiezheng.statement').waitFor();
    await look('record-confirm');
    await dialog.getByRole('button', { name: '取消' }).click();
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: new URL('./shots/record-print.png', import.meta.url).pathname, fullPage: true });
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('cell', { name: '0:00:00 – 0:00:01' }).waitFor();
    await look('record');
    await close();
    const phone = await openService(browser, app.origin, { as: officer.client, size: 'narrow', dark: true });
    await phone.page.goto(page.url());
    await phone.page.getByText('更正：题名').waitFor();
    await phone.look('record');
    await phone.page.goto(`${app.origin}/records`);
    await phone.page.getByRole('link', { name: '查封现场全过程' }).waitFor();
    await phone.look('records');
    await phone.close();
  });

  it('links what lies in the inbox by keyboard alone, and finds it on the time line of the subject', async () => {
    const { client } = officer;
    const titles = ['询问当事人.mp4', '现场照片说明.txt', '巡查.mp4'];
    const bodies = [footage, Buffer.from('照片说明'), film(50_000, 11)];
    for (const [i, filename] of titles.entries()) await settled(agency, await bring(client, bodies[i]!, { filename }));
    const subject = must(
      await client.post('/subjects', {
        type: 'person',
        name: '张某某',
        minor: true,
        contacts: { phone: '13800001234' },
      }),
      201,
    );
    const file = must(
      await client.post('/cases', { kind: 'penalty', cause: '无照经营', subjects: [{ subjectId: subject.id }] }),
      201,
    );
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    await page.goto(`${app.origin}/inbox?kind=video`);
    await page.getByRole('link', { name: '巡查.mp4', exact: true }).waitFor();
    const { keyboard } = page;
    const dialog = page.getByRole('dialog');
    await page.getByRole('checkbox').first().focus();
    for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await keyboard.press(key);
    await page.getByRole('button', { name: '关联所选（2）' }).waitFor();
    await look('inbox');
    await keyboard.press('Enter');
    await dialog.getByText('各记录的时段').waitFor();
    await keyboard.type('无照经营');
    await page.locator('.ant-select-item-option-content', { hasText: '无照经营' }).waitFor();
    await keyboard.press('Enter');
    await tabTo(field(dialog, '环节'));
    await keyboard.type('现场检查');
    await page.locator('.ant-select-item-option-content', { hasText: '现场检查' }).waitFor();
    await keyboard.press('Enter');
    await tabTo(dialog.getByLabel('询问当事人.mp4 止'));
    await keyboard.type('0:01');
    await look('inbox-link');
    await keyboard.press('Enter');
    await dialog.getByText('2 条已关联').waitFor();
    await look('inbox-linked');
    await keyboard.press('Enter');
    await page.getByText('没有待关联的记录').waitFor();
    await page.goto(`${app.origin}/subjects`);
    await page.getByRole('link', { name: '张某某' }).waitFor();
    await look('subjects');
    await page.getByRole('link', { name: '张某某' }).click();
    await page.getByRole('link', { name: '询问当事人.mp4' }).waitFor();
    await page.getByRole('button', { name: '查看完整信息' }).click();
    await field(dialog, '原因').fill('联系当事人');
    await dialog.getByRole('button', { name: '查看完整信息' }).click();
    await dialog.getByText('13800001234').waitFor();
    await keyboard.press('Escape');
    await look('subject');
    await close();
    const phone = await openService(browser, app.origin, { as: client, size: 'narrow', language: 'en', dark: true });
    await phone.page.goto(`${app.origin}/subjects/${subject.id}`);
    await phone.page.getByRole('link', { name: '无照经营' }).first().waitFor();
    await phone.look('subject');
    await phone.page.goto(`${app.origin}/inbox`);
    await phone.page.getByRole('link', { name: '现场照片说明.txt' }).waitFor();
    await phone.look('inbox');
    await phone.close();
    assert.equal(must(await client.get(`/cases/${file.id}/records`)).items.length, 2);
  });
});
