import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { originalKey } from '../../storage/objects/layout.ts';
import { must } from '../support/client.ts';
import { slowDisk } from '../support/exports.ts';
import { things } from '../support/things.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';
import { clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { type ArchiveHouse, openArchiveHouse, PASSWORD } from './archive-house.ts';
import { choose, openService } from './browser.ts';

describe('e2e: an archivist packs', function () {
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
    const { agency, officer } = house;
    caseId = await house.openCase('占道经营', '示执罚〔2026〕第1号');
    const footage = hasFfmpeg ? readFileSync(clips.make('clip.mp4', 'av')) : film(60_000);
    for (const [bytes, filename] of [
      [footage, '现场检查.mp4'],
      [film(9_000_000, 7), '巡查全程.mp4'],
    ] as const)
      await settled(agency, await bring(officer.client, bytes, { caseId, stage: 'INSPECT', filename }));
    await settled(agency, await house.document(caseId, '现场检查记录.pdf'));
    await house.closeCase(caseId);
  });
  after(async () => {
    await browser?.close();
    await house?.app.destroy();
    clips.clear();
  });

  it('sees what is there and missing, packs a case with a reason, and finds in the package what was in the case', async () => {
    const { app, archivist } = house;
    const { page, look, close } = await openService(browser, app.origin, { as: archivist.client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/exports`);
    await page.getByText('还没有案卷包').waitFor();
    await look('exports-none');
    await page.getByRole('main').getByRole('link', { name: '选择要打包的案件' }).first().click();
    await page.getByText('可打包', { exact: true }).waitFor();
    await page.getByText('立案：缺文书').waitFor();
    await look('case-files');
    for (const [readiness, found] of [
      ['齐备', '没有符合条件的已结案件'],
      ['尚有缺项', '立案：缺文书'],
    ] as const) {
      await choose(page.locator('main'), '准备情况', readiness);
      await page.getByText(found).waitFor();
    }
    await page.waitForURL(/readiness=lacking/);
    await look('case-files-lacking');
    await page.getByRole('button', { name: '打包案卷 示执罚' }).click();
    await dialog.getByText('以下环节尚有缺项').waitFor();
    await dialog.getByLabel(/^用途说明/).fill('移送档案馆');
    await look('pack');
    let slow = slowDisk(app.deps);
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await page.getByText('正在逐件读取原件并核对摘要').waitFor();
    await look('export-packing');
    await page.getByRole('button', { name: '取消打包' }).click();
    await dialog.getByRole('textbox').fill('误选案件');
    await look('export-cancel');
    await dialog.getByRole('button', { name: '取消打包' }).click();
    await page.getByText('打包在完成前被取消').waitFor();
    await page.getByText('误选案件').waitFor();
    await look('export-cancelled');
    slow.end();
    slow = slowDisk(app.deps);
    await page.getByRole('button', { name: '重新打包' }).click();
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await page.getByText('正在逐件读取原件并核对摘要').waitFor();
    slow.end();
    await page.getByText('案卷-示执罚〔2026〕第1号.zip').waitFor();
    await page.getByRole('heading', { level: 1, name: '占道经营' }).waitFor();
    await page.getByRole('link', { name: '巡查全程.mp4' }).waitFor();
    await page.getByText('移送档案馆').waitFor();
    await page.getByText('尚未下载').waitFor();
    await look('export');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '用浏览器下载' }).click();
    const path = await (await downloading).path();
    const { package: made } = must(await archivist.client.get(`/exports/${page.url().split('/').at(-1)}`));
    assert.equal(sha256(readFileSync(path)), made.sha256);
    await page.goto(`${app.origin}/exports`);
    await page.getByRole('cell', { name: '已取消' }).waitFor();
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

  it('appraises how long a file is kept, and finds it at the case and at its records, with the reason', async () => {
    const { app, agency, archivist } = house;
    const id = await house.openCase('无证办学', '示教罚〔2026〕第9号');
    const record = await settled(agency, await house.document(id, '现场检查记录.pdf'));
    const { page, look, close } = await openService(browser, app.origin, { as: archivist.client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/cases/${id}`);
    await page.getByText('未经鉴定，按案件类别。档案法实施条例 第十九条').waitFor();
    await page.getByText('尚未归档，归档次年1月1日起算').waitFor();
    await look('case-retention');
    await page.getByRole('button', { name: '确定保管期限' }).click();
    await dialog.getByRole('combobox', { name: '保管期限' }).click();
    await page.locator('.ant-select-item-option', { hasText: '永久' }).click();
    await dialog.getByLabel(/^原因|^理由/).fill('依本机关保管期限表第12项，涉及未成年人');
    await look('set-retention');
    await dialog.getByRole('button', { name: '确定保管期限' }).click();
    await page.getByText('确定：依本机关保管期限表第12项，涉及未成年人').waitFor();
    await page.getByText('不设届满日').waitFor();
    assert.equal(must(await archivist.client.get(`/cases/${id}`)).retention.period, 'permanent');
    await look('case-retention-set');
    await page.goto(`${app.origin}/records/${record.id}`);
    await page.getByRole('link', { name: '所在案件为永久保管' }).waitFor();
    await look('record-retention');
    await page.getByRole('button', { name: '向存储核对锁' }).click();
    const told = app.deps.locked?.locks ? '以下为存储服务器此刻的答复' : '存储未启用对象锁';
    await page.getByText(told).waitFor();
    await look('record-locks');
    await close();
    must(await archivist.client.put(`/cases/${id}/retention`, { period: '10y', reason: '误定' }));
    await house.closeCase(id);
    must(await house.officer.client.post(`/cases/${id}/stages`, { stage: 'ARCHIVE' }));
    const phone = await openService(browser, app.origin, {
      as: archivist.client,
      size: 'narrow',
      language: 'en',
      dark: true,
    });
    await phone.page.goto(`${app.origin}/cases/${id}`);
    await phone.page.getByText('10 years from the 1st of January after archiving').waitFor();
    await phone.look('case-retention');
    await phone.page.goto(`${app.origin}/records/${record.id}`);
    await phone.page.getByText('its case is kept 10 years').waitFor();
    await phone.page.getByRole('button', { name: 'Check the locks at the store' }).click();
    await phone.page
      .getByText(app.deps.locked?.locks ? 'What the object server answers now' : 'The store keeps no object locks')
      .waitFor();
    await phone.look('record-retention');
    await phone.close();
  });

  it('packs from the case by a personal signature, and is told what keeps a case from being packed or made it fail', async () => {
    const { app, agency, archivist, department, officer } = house;
    const { page, look, close, expect } = await openService(browser, app.origin, {
      as: archivist.client,
      size: 'phone',
    });
    const dialog = page.getByRole('dialog');
    const id = await house.openCase('乱倒垃圾');
    const { object } = await settled(
      agency,
      await bring(officer.client, film(30_000, 41), { filename: '倾倒.mp4', caseId: id }),
    );
    const late = await things.records!.make(agency, department, officer.id);
    const [link] = must(await officer.client.post('/links', { items: [{ recordId: late, caseId: id }] })).items;
    await page.goto(`${app.origin}/cases/${id}`);
    await page.getByRole('button', { name: '打包案卷' }).click();
    await dialog.getByText('现在还不能打包').waitFor();
    await dialog.getByRole('link', { name: '现场' }).waitFor();
    await look('pack-waits');
    must(await officer.client.post(`/records/${late}/links/${link.linkId}/end`, { reason: '关联有误' }));
    await dialog.getByText('案件尚在办理').waitFor();
    await dialog.getByRole('radio', { name: /ASiC-E/ }).check();
    await dialog.getByRole('checkbox', { name: '附我的个人签名' }).check();
    await dialog.getByRole('button', { name: '下一步：签名' }).click();
    await dialog.getByText('export.request').waitFor();
    await dialog.getByLabel('登录密码').fill('wrong');
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await dialog.getByText('用户名或密码错误').waitFor();
    await look('pack-sign');
    await dialog.getByLabel('登录密码').fill(PASSWORD);
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await page.getByText(/案卷-.*\.asice$/).waitFor();
    await page.getByText('系统自签证书的个人签名').waitFor();
    await page.getByRole('link', { name: '倾倒.mp4' }).waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: new URL('./shots/export-print.png', import.meta.url).pathname, fullPage: true });
    await page.emulateMedia({ media: 'screen' });

    await app.deps.evidence.delete(originalKey(agency.id, object!.sha256));
    await page.getByRole('button', { name: '重新打包' }).click();
    await dialog.getByRole('button', { name: '打包案卷' }).click();
    await page.getByText('存储中找不到下列记录的原件').waitFor();
    await page.getByRole('link', { name: '倾倒.mp4' }).waitFor();
    await look('export-failed');
    await page.goto(app.origin);
    await page.getByRole('link', { name: '乱倒垃圾' }).first().waitFor();
    await page.getByText('未完成').waitFor();
    await look('home-archivist');
    expect(/401/);
    await close();
  });
});
