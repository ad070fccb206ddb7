import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Locator, Page } from 'playwright-core';
import { type DockDay, encodeDockDay } from '../../signing/dock-day.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { things } from '../support/things.ts';
import { openBrowser } from '../web/browser.ts';
import { choose, openService, until } from './browser.ts';

const fill = (within: Page | Locator, label: string, text: string) =>
  within.getByLabel(label, { exact: true }).fill(text);

describe('e2e: administrators', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  it('register departments, recorders and docks', async () => {
    const { client } = await agency.person({ roles: ['sysadmin'], name: '王丽' });
    await agency.person({ roles: ['officer'], name: '陈执法' });
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/departments`);
    await page.getByText('还没有部门').waitFor();
    await page.getByRole('button', { name: '新建部门' }).click();
    await fill(dialog, '名称', '综合执法一中队');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('cell', { name: '综合执法一中队' }).waitFor();
    await page.getByRole('button', { name: '编辑' }).click();
    await dialog.getByLabel(/^编码/).fill('ZF-1');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('cell', { name: 'ZF-1' }).waitFor();
    await look('departments');

    await page.getByRole('link', { name: '执法记录仪' }).click();
    await page.getByRole('button', { name: '登记记录仪' }).click();
    await fill(dialog, '序列号', 'DSJ-0001');
    await choose(dialog, '部门', '综合执法一中队');
    await look('device-register');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('link', { name: 'DSJ-0001' }).click();
    await page.getByRole('button', { name: '配发' }).click();
    await choose(dialog, '人员', '陈执法');
    await dialog.getByRole('button', { name: '配发' }).click();
    await page.getByRole('button', { name: '收回' }).waitFor();
    await page.getByText('陈执法').nth(1).waitFor();
    await look('device');
    await page.getByRole('link', { name: '执法记录仪' }).first().click();
    await page.getByRole('heading', { level: 1, name: '执法记录仪' }).waitFor();
    await page.getByRole('cell', { name: '陈执法' }).waitFor();
    await look('devices');

    await page.getByRole('link', { name: '采集站', exact: true }).click();
    await page.getByRole('button', { name: '登记采集站' }).click();
    await fill(dialog, '名称', '一楼采集站');
    await choose(dialog, '部门', '综合执法一中队');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('link', { name: '一楼采集站' }).waitFor();
    await close();
  });

  it('give a dock its token, shown once, and take it back', async () => {
    const { client } = await agency.person({ roles: ['secadmin'], name: '周安' });
    const { page, look, close } = await openService(browser, app.origin, { as: client, size: 'phone' });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/docks`);
    await look('docks');
    await page.getByRole('link', { name: '一楼采集站' }).click();
    await page.getByRole('button', { name: '签发令牌' }).click();
    await fill(dialog, '用途', '采集站程序');
    await dialog.getByRole('button', { name: '签发令牌' }).click();
    const token = await dialog.locator('code').innerText();
    assert.match(token, /^\S{30,}$/);
    await look('token');
    await dialog.getByRole('button', { name: '关闭' }).click();
    await page.getByRole('button', { name: '吊销' }).click();
    await dialog.getByRole('button', { name: '吊销' }).click();
    await page.getByText('已吊销').waitFor();
    assert.equal(await page.getByText(token).count(), 0);
    await look('dock');
    await close();
  });

  it('set roles and suspend, never their own', async () => {
    const { client, id } = await agency.person({ roles: ['secadmin'], name: '吴安' });
    const officer = await agency.person({ name: '李执法' });
    const { page, look, close, expect } = await openService(browser, app.origin, { as: client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/people/${officer.id}`);
    await page.getByRole('button', { name: '设定角色' }).click();
    await dialog.getByLabel('系统管理员').check();
    await dialog.getByLabel('审计员').check();
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.getByText('角色互斥').waitFor();
    await look('roles');
    await dialog.getByLabel('系统管理员').uncheck();
    await dialog.getByLabel('审计员').uncheck();
    await dialog.getByLabel('执法人员').check();
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('执法人员').waitFor();
    await page.getByRole('button', { name: '停用' }).click();
    await dialog.getByRole('textbox').fill('调离本机关');
    await look('suspend');
    await dialog.getByRole('button', { name: '停用' }).click();
    await page.getByRole('button', { name: '恢复使用' }).waitFor();
    await page.goto(`${app.origin}/people/${id}`);
    await page.getByRole('heading', { level: 1, name: '吴安' }).waitFor();
    assert.equal(await page.getByRole('button', { name: '停用' }).count(), 0);
    expect(/422/);
    await close();
  });

  it('correct a person, put them into a department and take them out', async () => {
    await agency.department('综合执法四中队');
    const { client } = await agency.person({ roles: ['sysadmin'], name: '王丽' });
    const { id } = must(await client.post('/people', { name: '郑执法', username: 'zheng' }), 201);
    const { page, look, close, expect } = await openService(browser, app.origin, { as: client, size: 'phone' });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/people/${id}`);
    await page.getByRole('button', { name: '更正信息' }).click();
    await dialog.getByLabel(/^执法证号/).fill('A12345');
    // Somebody else was faster: what was typed stays, and it is told.
    const read = await client.get(`/people/${id}`);
    must(await client.patch(`/people/${id}`, { name: '郑明' }, read.headers.get('etag')));
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.getByText('内容已被他人更新').waitFor();
    await dialog.getByRole('button', { name: '取消' }).click();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '郑明' }).waitFor();
    await page.getByRole('button', { name: '更正信息' }).click();
    await dialog.getByLabel(/^执法证号/).fill('A12345');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByText('A12345').waitFor();
    await page.getByRole('button', { name: '编入部门' }).click();
    await choose(dialog, '部门', '综合执法四中队');
    await dialog.getByRole('button', { name: '编入部门' }).click();
    await page.getByRole('button', { name: '调离' }).click();
    await look('leave');
    await dialog.getByRole('button', { name: '调离' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('button', { name: '调离' }).count(), 0);
    await look('person');
    expect(/412/);
    await close();
  });

  it('unlock an account, reset its password, and revoke a certificate', async () => {
    const { client } = await agency.person({ roles: ['secadmin'], name: '周安' });
    const registrar = await agency.person({ roles: ['sysadmin'] });
    const { id } = must(await registrar.client.post('/people', { name: '冯执法', username: 'feng' }), 201);
    const guess = () => app.client().post('/session', { username: 'feng', password: 'wrong-wrong-wrong' });
    for (let answer = await guess(); answer.status !== 403; answer = await guess())
      app.clock.advance(1000 * Number(answer.headers.get('retry-after') ?? 0));
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/people/${id}`);
    await page.getByText('已锁定').waitFor();
    await look('person-locked');
    for (const action of ['解锁', '重置密码']) {
      await page.getByRole('button', { name: action }).click();
      await dialog.getByRole('textbox').fill('本人当面申请');
      await dialog.getByRole('button', { name: action }).click();
      if (action === '解锁') await page.getByText('已锁定').waitFor({ state: 'detached' });
    }
    assert.match(await dialog.locator('code').innerText(), /^\S{10,}$/);
    await dialog.getByRole('button', { name: '关闭' }).click();
    await page.goto(`${app.origin}/certificates`);
    const line = page.getByRole('row', { name: /自签时间戳/ }).first();
    await line.getByRole('button', { name: '吊销' }).click();
    await dialog.getByLabel('原因', { exact: true }).press('Enter');
    await page.locator('.ant-select-item-option-content', { hasText: '已被取代' }).click();
    await look('certificate-revoke');
    await dialog.getByRole('button', { name: '吊销' }).click();
    await page.getByText('已吊销').waitFor();
    for (const file of ['ca.pem', 'ca.crl', 'tsa.pem', 'log.vkey']) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: `下载 ${file}` }).click();
      assert.equal((await downloading).suggestedFilename(), file);
    }
    await close();
  });

  it('see certificates, the state of the system and its settings', async () => {
    const { client } = await agency.person({ roles: ['sysadmin'], name: '王丽' });
    const { page, look, close } = await openService(browser, app.origin, { as: client, language: 'en', dark: true });
    await page.goto(`${app.origin}/certificates`);
    await page.getByRole('cell', { name: 'System integrity signature' }).waitFor();
    await look('certificates');
    await page.getByRole('link', { name: 'System state' }).click();
    await page.getByText('Publishing', { exact: true }).waitFor();
    await look('system');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('cell', { name: 'SESSION_HOURS' }).waitFor();
    await look('settings');
    await page.mouse.wheel(0, 600);
    await until(page, 'scrollY > 300');
    await page.getByRole('link', { name: 'System state' }).click();
    await page.getByText('Publishing', { exact: true }).waitFor();
    assert.equal(await page.evaluate('scrollY'), 0);
    await close();
    const phone = await openService(browser, app.origin, { as: client, size: 'narrow' });
    await phone.page.goto(`${app.origin}/settings`);
    await phone.page.getByText('会话最长时间').waitFor();
    await phone.look('settings');
    await phone.close();
  });

  it('read what docks stated of devices, and take statement and signature along', async () => {
    const departmentId = await agency.department('三中队');
    const dock = await agency.dock(departmentId);
    const { client } = await agency.person({ roles: ['sysadmin'], name: '王丽' });
    const record = await things.records!.make(agency, departmentId);
    const seen = Array.from({ length: 130 }, (_, i) => ({
      ...{ name: `DCIM/100MEDIA/VID_${String(i).padStart(4, '0')}.mp4`, size: 1_500_000 + i },
      ...(i === 0 ? { state: 'sealed', sha256: 'a'.repeat(64), record } : { state: 'seen' }),
    }));
    const statement: DockDay = {
      ...{ v: 1, kind: 'tiezheng.dock-day', agency: agency.id, dock: dock.id, day: '2026-11-23' },
      ...{ zone: 'Asia/Shanghai', madeAt: '2026-11-23T12:00:00.000Z', device: 'TA00716', clockOffsetMs: -61_500, seen },
      findings: [{ code: 'clock-offset' }, { code: 'sequence-gap', detail: 'VID_0130–VID_0132' }],
    };
    must(await dock.client.post('/dock-days', { statement: Buffer.from(encodeDockDay(statement)).toString() }), 201);
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    await page.goto(`${app.origin}/dock-days`);
    await page.getByRole('cell', { name: '编号缺失' }).waitFor();
    await look('dock-days');
    await page.getByRole('link', { name: 'TA00716' }).click();
    await page.getByText('慢 61.5 秒').waitFor();
    assert.equal(await page.getByRole('cell', { name: /^DCIM/ }).count(), 100);
    await page.getByRole('button', { name: '再显示 30 个' }).click();
    await page.getByRole('cell', { name: /VID_0129/ }).waitFor();
    for (const [button, name] of [
      ['下载声明', 'dock-day-TA00716-2026-11-23.json'],
      ['下载签名', 'dock-day-TA00716-2026-11-23.json.p7s'],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      assert.equal((await downloading).suggestedFilename(), name);
    }
    await look('dock-day');
    await close();
    const phone = await openService(browser, app.origin, { as: client, size: 'narrow', language: 'en', dark: true });
    await phone.page.goto(`${app.origin}/dock-days?device=nothing`);
    await phone.page.getByText('No such statement').waitFor();
    await phone.page.goto(`${app.origin}/dock-days?device=TA00716`);
    await phone.page.getByRole('link', { name: 'TA00716' }).click();
    await phone.page.getByText('61.5 s behind').waitFor();
    await phone.look('dock-day');
    // What is dark on the screen is not dark on paper.
    const ground = 'getComputedStyle(document.querySelector(".ant-card")).backgroundColor';
    assert.notEqual(await phone.page.evaluate(ground), 'rgb(255, 255, 255)');
    await phone.page.emulateMedia({ media: 'print' });
    await until(phone.page, `${ground} === 'rgb(255, 255, 255)'`);
    await phone.close();
  });

  it('and everybody find on the first page what waits for them', async () => {
    const departmentId = await agency.department('二中队');
    for (let i = 0; i < 7; i++) await things.records?.make(agency, departmentId);
    const { id: reviewer } = await agency.person({ roles: ['reviewer'], name: '赵审核' });
    await things.grants?.make(agency, departmentId, reviewer);
    const { client } = await agency.person({
      roles: ['officer', 'approver'],
      departments: [departmentId],
      name: '孙队长',
    });
    for (const size of ['desktop', 'narrow'] as const) {
      const { page, look, close } = await openService(browser, app.origin, { as: client, size });
      await page.goto(app.origin);
      await page.getByRole('heading', { name: /待关联的记录/ }).waitFor();
      await page.getByRole('heading', { name: /待答复的调阅申请/ }).waitFor();
      await look('home-waits');
      await close();
    }
  });
});
