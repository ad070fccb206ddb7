import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { must } from '../support/client.ts';
import { hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { H264, media, PASSWORD, RetrievalHouse } from './retrieval-house.ts';

describe('e2e: a reviewer and an approver', function () {
  this.timeout(90_000);
  let house: RetrievalHouse;
  let browser: Browser;
  let footage: string;

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    if (!hasFfmpeg) {
      console.error('skipped: no ffmpeg; no footage to watch');
      return this.skip();
    }
    house = await RetrievalHouse.open(browser);
    footage = await house.filmed('查封现场全过程.mp4', 'av', ...H264);
  });
  after(async () => {
    await browser?.close();
    await house?.destroy();
  });

  it('asks from the case, is answered with many others at once, and watches by keyboard alone', async () => {
    await house.brought('现场笔录.txt', Buffer.from('现场检查笔录\n检查时间：2026年5月6日'));
    const { page, look, close } = await house.seen(house.reviewer);
    await page.goto(`${house.app.origin}/grants`);
    await page.getByText('您还没有提出调阅申请').waitFor();
    await look('grants-none');
    await page.goto(`${house.app.origin}/cases/${house.caseId}`);
    await page.getByRole('link', { name: '申请调阅' }).click();
    await page.getByRole('link', { name: '查封现场全过程.mp4' }).waitFor();
    await page.getByRole('button', { name: '申请调阅' }).click();
    await page.getByText('请选择至少一条记录').waitFor();
    for (const box of await page.locator('tbody').getByRole('checkbox').all()) await box.check();
    await page.getByText('已选 2 条').waitFor();
    await page.getByRole('textbox', { name: /申请事由/ }).fill('重大执法决定法制审核');
    await look('ask');
    await page.getByRole('button', { name: '申请调阅' }).click();
    await page.getByText('等待采集部门的审批人答复').waitFor();
    await look('grant-waiting');
    const grantId = page.url().split('/').at(-1) ?? '';
    for (const text of ['信访核查', '执法监督抽查']) await house.asked([footage], { text, reason: 'supervision' });

    const small = await house.seen(house.approver, { size: 'narrow', language: 'en', dark: true });
    await small.page.goto(`${house.app.origin}/approvals`);
    await small.page.getByRole('link', { name: '信访核查' }).waitFor();
    await small.page.getByRole('checkbox').first().check();
    await small.page.getByRole('button', { name: 'Answer the chosen (1)' }).click();
    await small.page.getByRole('dialog').getByText('For how long').waitFor();
    await small.look('approvals-answer');
    await small.page.goto(`${house.app.origin}/grants/new?case=${house.caseId}`);
    await small.page.getByRole('link', { name: '现场笔录.txt' }).waitFor();
    await small.look('ask');
    await small.close();
    const desk = await house.seen(house.approver);
    await desk.page.goto(`${house.app.origin}/approvals`);
    await desk.page.getByRole('link', { name: '重大执法决定法制审核' }).waitFor();
    await desk.page.locator('thead').getByRole('checkbox').check();
    await desk.look('approvals');
    await desk.page.getByRole('button', { name: '答复所选（3）' }).click();
    const dialog = desk.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /答复意见/ }).fill('同意，限本案使用');
    await desk.look('approvals-answer');
    await dialog.getByRole('button', { name: '提交答复' }).click();
    await dialog.getByText('3 项已答复').waitFor();
    await desk.look('approvals-answered');
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await desk.page.getByText('没有等待答复的申请').waitFor();
    await desk.close();

    const part = { recordId: footage, caseId: house.caseId, stage: 'FILE', range: { fromMs: 12_000, toMs: 15_000 } };
    must(await house.officer.client.post('/links', { items: [part] }));
    await page.goto(`${house.app.origin}/grants/${grantId}`);
    await page.getByRole('button', { name: '开始调阅' }).click();
    await page.getByText('打开即计一次，此次之后还剩 2 次').waitFor();
    await look('viewing-start');
    await page.getByRole('dialog').getByRole('button', { name: '开始调阅' }).click();
    await media(page, 'media.readyState >= 2');
    await page.getByText('2 / 3').waitFor();
    const { keyboard } = page;
    await keyboard.press('k');
    await media(page, 'media.currentTime > 0.2');
    await keyboard.press('k');
    await media(page, 'media.paused');
    await keyboard.press('Home');
    await media(page, 'media.currentTime === 0');
    for (const expected of ['0:00:00.060', '0:00:00.100']) {
      await keyboard.press('.');
      await page.getByTestId('position').getByText(expected).waitFor();
    }
    await keyboard.press(',');
    await page.getByTestId('position').getByText('0:00:00.060').waitFor();
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowRight');
    await page.getByTestId('position').getByText('0:00:10').waitFor();
    await page.locator('time', { hasText: '09:30:10' }).waitFor();
    await keyboard.press('>');
    await media(page, 'media.playbackRate === 1.25');
    await keyboard.press('m');
    await page.getByRole('button', { name: '取消静音' }).waitFor();
    await media(page, 'media.readyState >= 2');
    await look('viewing');
    await page.getByRole('button', { name: '立案 0:00:12 – 0:00:15' }).click();
    await media(page, 'media.currentTime === 12');
    await keyboard.press('n');
    await page.getByText('检查时间：2026年5月6日').waitFor();
    await look('viewing-text');
    await page.getByRole('button', { name: '结束调阅' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: '结束调阅' }).click();
    await page.getByText('本次调阅已由您结束').waitFor();
    await look('viewing-ended');
    await page.getByRole('button', { name: '再次调阅（剩 2 次）' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '开始调阅' }).click();
    await media(page, 'media.readyState >= 2');
    await page.getByText('1 / 3').waitFor();
    await page.getByRole('button', { name: '结束调阅' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: '结束调阅' }).click();
    await page.getByText('本次调阅已由您结束').waitFor();
    await page.getByRole('link', { name: '查看授权' }).click();
    await page.getByText('本人结束').nth(1).waitFor();
    await page
      .getByText(/约 \d+%/)
      .first()
      .waitFor();
    await look('grant-watched');
    await page.goto(`${house.app.origin}/cases/${house.caseId}`);
    await page.getByRole('link', { name: '重大执法决定法制审核' }).waitFor();
    await look('case-grants');
    await close();
  });

  it('answers one narrowed and signed, revokes, and looks back; overseers see and change only what is theirs', async () => {
    const other = await house.brought('补充材料.txt', Buffer.from('补充'));
    const id = await house.asked([footage, other], { text: '复议调卷', reason: 'reconsideration', seconds: 86_400 });
    const { page, look, close } = await house.seen(house.approver);
    const dialog = page.getByRole('dialog');
    await page.goto(`${house.app.origin}/grants/${id}`);
    await page.getByRole('button', { name: '答复申请' }).click();
    await dialog.getByRole('textbox', { name: /答复意见/ }).fill('同意查看录像');
    await dialog.getByRole('spinbutton', { name: '次数' }).fill('1');
    await dialog.getByRole('checkbox', { name: '补充材料.txt' }).uncheck();
    await dialog.getByRole('checkbox', { name: '以个人签名答复' }).check();
    await dialog.getByText('tiezheng.statement').waitFor();
    await dialog.getByLabel('登录密码').fill(PASSWORD);
    await look('answer-signed');
    await dialog.getByRole('button', { name: '提交答复' }).click();
    await page.getByText('已附个人签名').waitFor();
    await page.getByText('未批准调阅').waitFor();
    await page.getByText('1 / 1').waitFor();
    await look('grant-answered');
    await page.goto(`${house.app.origin}/approvals?list=running`);
    const row = page.getByRole('row', { name: /复议调卷/ });
    await row.getByRole('button', { name: '撤销授权' }).click();
    await dialog.getByRole('textbox', { name: /原因/ }).fill('申请人已撤回复议');
    await dialog.getByRole('button', { name: '撤销授权' }).click();
    await row.waitFor({ state: 'detached' });
    await look('approvals-running');
    await page.getByRole('tab', { name: '历史' }).click();
    await row.getByText('已撤销').waitFor();
    await look('approvals-past');
    await close();

    for (const role of ['secadmin', 'auditor'] as const) {
      const overseer = await house.agency.person({ roles: [role], name: '监督员' });
      const phone = await house.seen(overseer, { size: 'narrow', language: 'en' });
      await house.granted([footage], { text: `监督 ${role}` });
      await phone.page.goto(`${house.app.origin}/approvals`);
      await phone.page.getByRole('link', { name: `监督 ${role}` }).waitFor();
      assert.equal(await phone.page.getByRole('tab', { name: 'Waiting' }).count(), 0);
      assert.equal((await phone.page.getByRole('button', { name: 'Revoke' }).count()) > 0, role === 'secadmin');
      await phone.look(`approvals-${role}`);
      await phone.page.getByRole('link', { name: `监督 ${role}` }).click();
      await phone.page
        .getByText('Requests and grants')
        .or(phone.page.getByRole('heading', { name: 'Viewings' }))
        .first()
        .waitFor();
      await phone.look(`grant-${role}`);
      await phone.close();
    }
  });
});
