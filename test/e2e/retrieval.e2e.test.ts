import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { things } from '../support/things.ts';
import { bring, film, paper, settled } from '../support/uploads.ts';
import { clipFolder, hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { type Looks, openService } from './browser.ts';

const PASSWORD = 'correct horse battery 71';
/** Seconds of the clips. */
const LENGTH = 20;
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast'];
/** More bytes than a browser reads in advance: what is cut is cut while it is on its way. */
const LARGE = [...H264, '-vf', 'scale=640:360,noise=alls=80:allf=t', '-crf', '20'];

describe('e2e: a reviewer and an approver', function () {
  this.timeout(90_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let reviewer: TestPerson;
  let approver: TestPerson;
  let caseId: string;
  let footage: string;
  const clips = clipFolder(LENGTH);

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    if (!hasFfmpeg) {
      console.error('skipped: no ffmpeg; no footage to watch');
      return this.skip();
    }
    app = await startApp();
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    department = await agency.department('综合执法一中队');
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
    reviewer = await agency.person({ roles: ['reviewer'], name: '周审核' });
    approver = await agency.person({ roles: ['approver'], departments: [department], name: '吴审批' });
    await agency.setPassword(approver.id, PASSWORD);
    caseId = await things.cases!.make(agency, department, officer.id);
    footage = await filmed('查封现场全过程.mp4', 'av', ...H264);
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
    clips.clear();
  });

  /** Brings bytes into the case as an officer does, and waits until they are sealed. */
  async function brought(filename: string, bytes: Uint8Array): Promise<string> {
    const id = await bring(officer.client, bytes, { filename, caseId, capturedFrom: '2026-05-06T09:30:00+08:00' });
    await settled(agency, id);
    return id;
  }
  const filmed = async (name: string, what: 'av' | 'v' | 'a', ...options: string[]) =>
    await brought(name, readFileSync(clips.make(name, what, ...options)));

  const asked = async (recordIds: string[], more = {}) =>
    must(await reviewer.client.post('/grants', { reason: 'case', text: '法制审核', caseId, recordIds, ...more }), 201)
      .id as string;
  const granted = async (recordIds: string[], more = {}) => {
    const id = await asked(recordIds, more);
    must(await approver.client.post(`/grants/${id}/answer`, { decision: 'approve', reason: '同意' }));
    return id;
  };
  const seen = (as: TestPerson, looks: Looks = {}) => openService(browser, app.origin, { as: as.client, ...looks });

  /** From the page of a grant into its viewing. */
  async function start(page: Page, grantId: string, word = '开始调阅'): Promise<void> {
    await page.goto(`${app.origin}/grants/${grantId}`);
    await page.getByRole('button', { name: word }).click();
    await page.getByRole('dialog').getByRole('button', { name: word }).click();
    await page.waitForURL('**/viewings/*');
  }

  /** Waits until an expression over `media`, the player's element, is true in the page. */
  async function media(page: Page, expression: string): Promise<void> {
    const asked = `(() => { const media = document.querySelector('video'); return Boolean(media && (${expression})); })()`;
    for (const deadline = Date.now() + 15_000; !(await page.evaluate(asked)); ) {
      assert.ok(Date.now() < deadline, `not in 15 s: ${expression}`);
      await page.waitForTimeout(30);
    }
  }

  it('asks from the case, is answered with many others at once, and watches by keyboard alone', async () => {
    await brought('现场笔录.txt', Buffer.from('现场检查笔录\n检查时间：2026年5月6日'));
    const { page, look, close } = await seen(reviewer);
    await page.goto(`${app.origin}/grants`);
    await page.getByText('您还没有提出调阅申请').waitFor();
    await look('grants-none');
    await page.goto(`${app.origin}/cases/${caseId}`);
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
    for (const text of ['信访核查', '执法监督抽查']) await asked([footage], { text, reason: 'supervision' });

    const small = await seen(approver, { size: 'narrow', language: 'en', dark: true });
    await small.page.goto(`${app.origin}/approvals`);
    await small.page.getByRole('link', { name: '信访核查' }).waitFor();
    await small.page.getByRole('checkbox').first().check();
    await small.page.getByRole('button', { name: 'Answer the chosen (1)' }).click();
    await small.page.getByRole('dialog').getByText('For how long').waitFor();
    await small.look('approvals-answer');
    await small.page.goto(`${app.origin}/grants/new?case=${caseId}`);
    await small.page.getByRole('link', { name: '现场笔录.txt' }).waitFor();
    await small.look('ask');
    await small.close();
    const desk = await seen(approver);
    await desk.page.goto(`${app.origin}/approvals`);
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

    const part = { recordId: footage, caseId, stage: 'FILE', range: { fromMs: 12_000, toMs: 15_000 } };
    must(await officer.client.post('/links', { items: [part] }));
    await page.goto(`${app.origin}/grants/${grantId}`);
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
    await page.goto(`${app.origin}/cases/${caseId}`);
    await page.getByRole('link', { name: '重大执法决定法制审核' }).waitFor();
    await look('case-grants');
    await close();
  });

  it('ends clearly in mid-play: revoked, expired, without a session; and waits for the network', async () => {
    const large = await filmed('执法全程.mp4', 'av', ...LARGE);
    const grantId = await granted([large], { viewings: 4 });
    const { page, context, look, close, expect, allow } = await seen(reviewer, { size: 'phone', language: 'en' });
    allow(/403|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET/);
    const play = async () => {
      await start(page, grantId, 'Start viewing');
      await media(page, 'media.readyState >= 2');
      await page.keyboard.press('k');
      await media(page, 'media.currentTime > 0.2');
    };
    await play();
    await look('viewing-playing');
    await context.setOffline(true);
    await page.getByRole('status').getByText('The network is down; it goes on by itself').first().waitFor();
    await look('viewing-offline');
    await context.setOffline(false);
    await page.getByText('The network is down; it goes on by itself').waitFor({ state: 'detached' });
    const cookies = await context.cookies();
    await context.clearCookies();
    await page.getByText('The session has ended', { exact: true }).waitFor();
    await page.getByRole('dialog').waitFor();
    await media(page, 'media.paused');
    await look('viewing-signed-out');
    await context.addCookies(cookies);
    await page.evaluate('new BroadcastChannel("session").postMessage("signed-in")');
    await page.getByText('The session has ended', { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await media(page, '!media.paused');
    must(await approver.client.post(`/grants/${grantId}/revoke`, { reason: '误批' }));
    await page.getByText('The grant was revoked; nothing more is shown.').waitFor();
    await page.getByText('误批').waitFor();
    assert.equal(await page.locator('video').count(), 0);
    await look('viewing-revoked');
    expect(/401/);
    await close();

    const short = await granted([large], { seconds: 600 });
    const desk = await seen(reviewer, { dark: true });
    desk.allow(/403|ERR_CONNECTION_RESET/);
    await start(desk.page, short);
    await media(desk.page, 'media.readyState >= 2');
    await desk.page.getByRole('button', { name: '播放' }).click();
    await media(desk.page, 'media.currentTime > 0.2');
    await desk.look('viewing-dark');
    app.clock.advance(600_000);
    await desk.page.getByText('授权已到期，不能继续查看').waitFor();
    await desk.look('viewing-expired');
    await desk.page.getByRole('link', { name: '重新申请' }).click();
    await desk.page.getByText('已选 1 条').waitFor();
    await desk.close();
  });

  it('says what a browser cannot show, and offers to save it under the grant', async () => {
    const records = [
      await filmed('旧机型录像.avi', 'av', '-c:v', 'mpeg4', '-c:a', 'mp3'),
      await filmed(
        '高清录像.mp4',
        'av',
        '-c:v',
        'libx265',
        '-tag:v',
        'hvc1',
        '-pix_fmt',
        'yuv420p',
        '-x265-params',
        'log-level=none',
      ),
      await filmed('电话录音.m4a', 'a'),
      await brought('现场照片.png', readFileSync(clips.make('photo.png', 'v', '-frames:v', '1'))),
    ];
    const grantId = await granted(records);
    const { page, look, close } = await seen(reviewer, { size: 'narrow' });
    await start(page, grantId);
    await page.getByText('浏览器不能显示此文件').waitFor();
    await look('viewing-cannot');
    await page.getByRole('button', { name: '另存到本机' }).click();
    const saving = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: '另存到本机' }).click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), '旧机型录像.avi');
    assert.deepEqual(readFileSync(await download.path()), readFileSync(clips.at('旧机型录像.avi')));
    await page.getByRole('button', { name: /高清录像/ }).click();
    await page.getByText(/只能播放声音|浏览器不能显示此文件/).waitFor();
    await look('viewing-hevc');
    await page.getByRole('button', { name: /电话录音/ }).click();
    await media(page, 'media.readyState >= 2');
    await page.getByText('录音，没有画面').waitFor();
    await look('viewing-sound');
    await page.getByRole('button', { name: /现场照片/ }).click();
    await page.getByRole('img', { name: '现场照片.png' }).waitFor();
    await look('viewing-picture');
    await close();
  });

  it('says where footage is damaged, and goes on behind it', async () => {
    const bytes = readFileSync(clips.make('damaged.mp4', 'av', ...H264, '-g', '25', '-movflags', '+faststart'));
    bytes.fill(0, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
    const grantId = await granted([await brought('残损录像.mp4', bytes)]);
    const { page, look, close } = await seen(reviewer, { language: 'en' });
    await start(page, grantId, 'Start viewing');
    await media(page, 'media.readyState >= 2');
    for (let faster = 0; faster < 4; faster++) await page.keyboard.press('>');
    await page.keyboard.press('k');
    await page.getByText('The file cannot be played').waitFor();
    await page.getByText(/at 0:00:0[5-9] it could not be decoded/).waitFor();
    await look('viewing-damaged');
    await page.getByRole('button', { name: 'Skip 10 s and go on' }).click();
    await media(page, 'media.currentTime > 15.5 && !media.error');
    await close();
  });

  it('shows documents page by page, and says of a damaged one that it cannot be shown', async () => {
    const records = [
      await brought('处罚决定书.pdf', paper('行政处罚决定书', '第二页：救济途径')),
      await brought('残缺.pdf', Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n')),
      await brought('询问笔录.txt', Buffer.from('d1afcecab1cac2bc', 'hex')),
    ];
    const grantId = await granted(records);
    const { page, look, close } = await seen(reviewer);
    await start(page, grantId);
    await page.getByText('行政处罚决定书').waitFor({ state: 'attached' });
    await look('viewing-pdf');
    await page.locator('.sheet').press('PageDown');
    await page.getByText('第二页：救济途径').waitFor({ state: 'attached' });
    await page.getByText('第 2 / 2 页').waitFor();
    await page.getByRole('button', { name: '放大' }).click();
    await look('viewing-pdf-larger');
    await page.getByRole('button', { name: /残缺/ }).click();
    await page.getByText('浏览器不能显示此文件').waitFor();
    await page.getByRole('button', { name: /询问笔录/ }).click();
    await page.getByText('询问笔录', { exact: true }).waitFor();
    await close();
  });

  it('answers one narrowed and signed, revokes, and looks back; overseers see and change only what is theirs', async () => {
    const other = await brought('补充材料.txt', Buffer.from('补充'));
    const id = await asked([footage, other], { text: '复议调卷', reason: 'reconsideration', seconds: 86_400 });
    const { page, look, close } = await seen(approver);
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/grants/${id}`);
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
    await page.goto(`${app.origin}/approvals?list=running`);
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
      const overseer = await agency.person({ roles: [role], name: '监督员' });
      const phone = await seen(overseer, { size: 'narrow', language: 'en' });
      await granted([footage], { text: `监督 ${role}` });
      await phone.page.goto(`${app.origin}/approvals`);
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

  it('lets an officer see at once what they filmed, and leaving the page ends the viewing', async () => {
    const id = await bring(officer.client, film(60_000), { filename: '巡查.mp4', filmedBy: officer.id });
    await settled(agency, id);
    const { page, look, close } = await seen(officer, { size: 'phone' });
    await page.goto(`${app.origin}/records/${id}`);
    await page.getByRole('link', { name: '申请调阅' }).click();
    await page.getByText('本人拍摄、尚未关联的记录').first().waitFor();
    await page.getByRole('textbox', { name: /申请事由/ }).fill('整理素材');
    await look('ask-own');
    await page.getByRole('button', { name: '申请调阅' }).click();
    await page.getByText('按规则直接授权').waitFor();
    await look('grant-by-rule');
    const grantId = page.url().split('/').at(-1) ?? '';
    await start(page, grantId);
    // Bytes that only look like a film.
    await page.getByText('文件在接收时就可能已损坏').waitFor();
    await page.getByRole('link', { name: '我的调阅' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('结束本次调阅？').waitFor();
    await look('viewing-leave');
    await dialog.getByRole('button', { name: '继续查看' }).click();
    await page.getByRole('link', { name: '我的调阅' }).first().click();
    await dialog.getByRole('button', { name: '结束调阅' }).click();
    await page.locator('.cards').getByRole('link', { name: '整理素材' }).waitFor();
    await look('grants');
    const closedBy = async () => must(await officer.client.get(`/grants/${grantId}/viewings`)).items[0].closedBy;
    assert.equal(await closedBy(), 'call');
    await start(page, grantId);
    await page.getByText('浏览器不能显示此文件').waitFor();
    page.once('dialog', (asking) => void asking.accept());
    await page.goto(`${app.origin}/grants`);
    await page.getByRole('link', { name: '整理素材' }).waitFor();
    for (const deadline = Date.now() + 5000; (await closedBy()) !== 'call'; ) assert.ok(Date.now() < deadline);
    await close();
  });
});
