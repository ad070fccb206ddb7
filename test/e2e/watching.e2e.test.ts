import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { must } from '../support/client.ts';
import { bring, film, paper, settled } from '../support/uploads.ts';
import { hasFfmpeg } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { H264, media, RetrievalHouse } from './retrieval-house.ts';

/** More bytes than a browser reads in advance: what is cut is cut while it is on its way. */
const LARGE = [...H264, '-vf', 'scale=640:360,noise=alls=80:allf=t', '-crf', '20'];

describe('e2e: watching', function () {
  this.timeout(90_000);
  let house: RetrievalHouse;
  let browser: Browser;

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    if (!hasFfmpeg) {
      console.error('skipped: no ffmpeg; no footage to watch');
      return this.skip();
    }
    house = await RetrievalHouse.open(browser);
  });
  after(async () => {
    await browser?.close();
    await house?.destroy();
  });

  it('ends clearly in mid-play: revoked, expired, without a session; and waits for the network', async () => {
    const large = await house.filmed('执法全程.mp4', 'av', ...LARGE);
    const grantId = await house.granted([large], { viewings: 4 });
    const { page, context, look, close, expect, allow } = await house.seen(house.reviewer, {
      size: 'phone',
      language: 'en',
    });
    allow(/403|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET/);
    const play = async () => {
      await house.start(page, grantId, 'Start viewing');
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
    must(await house.approver.client.post(`/grants/${grantId}/revoke`, { reason: '误批' }));
    await page.getByText('The grant was revoked; nothing more is shown.').waitFor();
    await page.getByText('误批').waitFor();
    assert.equal(await page.locator('video').count(), 0);
    await look('viewing-revoked');
    expect(/401/);
    await close();

    const short = await house.granted([large], { seconds: 600 });
    const desk = await house.seen(house.reviewer, { dark: true });
    desk.allow(/403|ERR_CONNECTION_RESET/);
    await house.start(desk.page, short);
    await media(desk.page, 'media.readyState >= 2');
    await desk.page.getByRole('button', { name: '播放' }).click();
    await media(desk.page, 'media.currentTime > 0.2');
    await desk.look('viewing-dark');
    house.app.clock.advance(600_000);
    await desk.page.getByText('授权已到期，不能继续查看').waitFor();
    await desk.look('viewing-expired');
    await desk.page.getByRole('link', { name: '重新申请' }).click();
    await desk.page.getByText('已选 1 条').waitFor();
    await desk.close();
  });

  it('says what a browser cannot show, and offers to save it under the grant', async () => {
    const records = [
      await house.filmed('旧机型录像.avi', 'av', '-c:v', 'mpeg4', '-c:a', 'mp3'),
      await house.filmed(
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
      await house.filmed('电话录音.m4a', 'a'),
      await house.brought('现场照片.png', readFileSync(house.clips.make('photo.png', 'v', '-frames:v', '1'))),
    ];
    const grantId = await house.granted(records);
    const { page, look, close } = await house.seen(house.reviewer, { size: 'narrow' });
    await house.start(page, grantId);
    await page.getByText('浏览器不能显示此文件').waitFor();
    await look('viewing-cannot');
    await page.getByRole('button', { name: '另存到本机' }).click();
    const saving = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: '另存到本机' }).click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), '旧机型录像.avi');
    assert.deepEqual(readFileSync(await download.path()), readFileSync(house.clips.at('旧机型录像.avi')));
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
    const bytes = readFileSync(house.clips.make('damaged.mp4', 'av', ...H264, '-g', '25', '-movflags', '+faststart'));
    bytes.fill(0, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
    const grantId = await house.granted([await house.brought('残损录像.mp4', bytes)]);
    const { page, look, close } = await house.seen(house.reviewer, { language: 'en' });
    await house.start(page, grantId, 'Start viewing');
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
      await house.brought('处罚决定书.pdf', paper('行政处罚决定书', '第二页：救济途径')),
      await house.brought('残缺.pdf', Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n')),
      await house.brought('询问笔录.txt', Buffer.from('d1afcecab1cac2bc', 'hex')),
    ];
    const grantId = await house.granted(records);
    const { page, look, close } = await house.seen(house.reviewer);
    await house.start(page, grantId);
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

  it('lets an officer see at once what they filmed, and leaving the page ends the viewing', async () => {
    const id = await bring(house.officer.client, film(60_000), { filename: '巡查.mp4', filmedBy: house.officer.id });
    await settled(house.agency, id);
    const { page, look, close } = await house.seen(house.officer, { size: 'phone' });
    await page.goto(`${house.app.origin}/records/${id}`);
    await page.getByRole('link', { name: '申请调阅' }).click();
    await page.getByText('本人拍摄、尚未关联的记录').first().waitFor();
    await page.getByRole('textbox', { name: /申请事由/ }).fill('整理素材');
    await look('ask-own');
    await page.getByRole('button', { name: '申请调阅' }).click();
    await page.getByText('按规则直接授权').waitFor();
    await look('grant-by-rule');
    const grantId = page.url().split('/').at(-1) ?? '';
    await house.start(page, grantId);
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
    const closedBy = async () => must(await house.officer.client.get(`/grants/${grantId}/viewings`)).items[0].closedBy;
    assert.equal(await closedBy(), 'call');
    await house.start(page, grantId);
    await page.getByText('浏览器不能显示此文件').waitFor();
    page.once('dialog', (asking) => void asking.accept());
    await page.goto(`${house.app.origin}/grants`);
    await page.getByRole('link', { name: '整理素材' }).waitFor();
    for (const deadline = Date.now() + 5000; (await closedBy()) !== 'call'; ) assert.ok(Date.now() < deadline);
    await close();
  });
});
