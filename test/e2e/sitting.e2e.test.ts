import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { tiezheng } from '../support/process.ts';
import { clipFolder } from '../unit/media/clips.ts';
import { openBrowser } from '../web/browser.ts';
import { choose, field, until } from './browser.ts';
import { cast, filesToBring, menu, PASSWORD, Sitting, titled } from './sitting.ts';

const CAUSE = '占道经营案（演示）';
const CASE_NO = '示执罚〔2026〕第17号';
const SUBJECT = '示例餐饮店（虚构）';

/**
 * Every step of `npm run demo`, in its order, done in the pages by the person whose step it is: no call of the API is made here. A grant of
 * a few seconds cannot be chosen in the pages, so it is taken back while it is watched instead of waited for.
 */
describe('e2e: the whole of the demo by hand, in one sitting', function () {
  this.timeout(120_000);
  this.bail(true);
  let browser: Browser;
  let sitting: Sitting;
  let files: NonNullable<ReturnType<typeof filesToBring>>;
  const clips = clipFolder(12);
  /** Paths of what was taken along. */
  const taken: Record<string, string> = {};

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    const found = filesToBring(clips);
    if (!found) {
      console.error('skipped: neither sample footage nor ffmpeg; nothing to bring in');
      return this.skip();
    }
    files = found;
    sitting = await Sitting.open(browser);
  });
  after(async () => {
    await browser?.close();
    await sitting?.end();
    clips.clear();
  });

  it('the one-time link founds an agency with its three administrators', async () => {
    const { page, look, close, expect } = await sitting.openLink();
    await titled(page, '初始化');
    await field(page, '机关名称').fill('示例市综合行政执法局');
    await field(page, '机关代码').fill('EXAMPLE');
    await field(page, '姓名').fill('王管理');
    await field(page, '用户名').fill('wang');
    await field(page, '密码').fill(PASSWORD);
    await look('sitting-01-setup');
    await page.getByRole('button', { name: '建立机关' }).click();
    await titled(page, '机关已建立');
    const [security = '', audit = ''] = await page.locator('code').allInnerTexts();
    Object.assign(sitting.oneTime, { 'wang-security': security, 'wang-audit': audit });
    await look('sitting-02-founded');
    await page.getByRole('button', { name: '已妥善交付，前往登录' }).click();
    await titled(page, '登录铁证');
    expect(/401/);
    await close();
  });

  it('a department, a recorder and four people, each with a role and a password of their own', async () => {
    const { page, look } = await sitting.arrive('sysadmin', 'wang');
    await look('sitting-03-home-new');
    const dialog = page.getByRole('dialog');
    await page.getByRole('link', { name: '先建立部门' }).click();
    await page.getByRole('button', { name: '新建部门' }).click();
    await field(dialog, '名称').fill('综合执法一中队');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('cell', { name: '综合执法一中队' }).waitFor();
    for (const { name, username } of Object.values(cast)) {
      await menu(page, '人员');
      await page.getByRole('button', { name: '登记人员' }).click();
      await field(dialog, '姓名').fill(name);
      await field(dialog, '用户名').fill(username);
      await dialog.getByRole('button', { name: '登记人员' }).click();
      await dialog.getByText('一次性密码只显示这一次').waitFor();
      sitting.oneTime[username] = await dialog.locator('code').innerText();
      await dialog.getByRole('button', { name: '关闭' }).click();
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: '编入部门' }).click();
      await choose(dialog, '部门', '综合执法一中队');
      await dialog.getByRole('button', { name: '编入部门' }).click();
      await page.getByRole('cell', { name: '综合执法一中队' }).waitFor();
    }
    await look('sitting-04-person');
    await menu(page, '人员');
    await page.getByRole('link', { name: cast.archivist.name }).waitFor();
    await look('sitting-05-people');
    await menu(page, '执法记录仪');
    await page.getByRole('button', { name: '登记记录仪' }).click();
    await field(dialog, '序列号').fill('DSJ-0001');
    await field(dialog, '型号').fill('演示型');
    await choose(dialog, '部门', '综合执法一中队');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByRole('link', { name: 'DSJ-0001' }).click();
    await page.getByRole('button', { name: '配发' }).click();
    await choose(dialog, '人员', cast.officer.name);
    await dialog.getByRole('button', { name: '配发' }).click();
    await page.getByRole('button', { name: '收回' }).waitFor();
    await look('sitting-06-device');

    const security = await sitting.arrive('secadmin', 'wang-security');
    for (const { name, role } of Object.values(cast)) {
      await menu(security.page, '人员');
      await security.page.getByRole('link', { name }).click();
      await security.page.getByRole('button', { name: '设定角色' }).click();
      const roles = security.page.getByRole('dialog');
      await roles.getByLabel(role, { exact: true }).check();
      await roles.getByRole('button', { name: '保存' }).click();
      await roles.waitFor({ state: 'detached' });
      await security.page.getByText(role, { exact: true }).first().waitFor();
    }
    await security.look('sitting-07-roles');
    for (const [who, { username }] of Object.entries(cast)) await sitting.arrive(who as keyof typeof cast, username);
    await sitting.at('officer').look('sitting-08-home-officer');
  });

  it('a subject is registered and a case opened', async () => {
    const { page, look } = await sitting.back('officer');
    const dialog = page.getByRole('dialog');
    await menu(page, '执法对象');
    await look('sitting-09-subjects-none');
    await page.getByRole('button', { name: '登记对象' }).click();
    await choose(dialog, '类型', '单位');
    await field(dialog, '名称').fill(SUBJECT);
    await choose(dialog, '证件类型', '统一社会信用代码');
    await field(dialog, '证件号码').fill('91331181MA0000DEMC');
    await look('sitting-10-subject-register');
    await dialog.getByRole('button', { name: '登记对象' }).click();
    await titled(page, SUBJECT);
    await look('sitting-11-subject-new');
    await menu(page, '案件');
    await page.getByRole('button', { name: '建立案件' }).click();
    await field(dialog, '案由').fill(CAUSE);
    await field(dialog, '案号').fill(CASE_NO);
    await choose(dialog, '执法对象', SUBJECT);
    await look('sitting-12-case-open');
    await dialog.getByRole('button', { name: '建立案件' }).click();
    await titled(page, CAUSE);
    await page.getByRole('button', { name: '进入环节' }).click();
    await choose(dialog, '环节', '现场检查');
    await dialog.getByRole('button', { name: '进入环节' }).click();
    await dialog.waitFor({ state: 'detached' });
    await look('sitting-13-case-new');
  });

  it('footage is brought, broken off once and gone on with; documents too; all are sealed', async () => {
    const { page, context, look } = await sitting.back('officer');
    await menu(page, '上传记录');
    await titled(page, '上传记录');
    await look('sitting-14-upload');
    const line = await context.newCDPSession(page);
    const throttle = (uploadThroughput: number) =>
      line.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
      });
    await throttle(600_000);
    const input = page.locator('input[type=file]').first();
    await input.setInputFiles(files.footage);
    await until(page, 'Number(document.querySelector("[role=progressbar]")?.ariaValueNow) >= 30');
    await look('sitting-15-uploading');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText(/^已上传 [1-9]\d?%/).waitFor();
    await look('sitting-16-broken-off');
    await throttle(-1);
    await input.setInputFiles(files.footage);
    await page.getByText('摘要一致').waitFor();
    await page.getByText('续传', { exact: true }).waitFor();
    await choose(page.locator('main'), '案件', CAUSE);
    await choose(page.locator('main'), '环节', '现场检查');
    await input.setInputFiles([files.note, files.inspection]);
    await page.getByText('摘要一致').nth(2).waitFor();
    await page.getByText('已固化').nth(2).waitFor();
    await look('sitting-17-sealed');
  });

  it('all are tied to the same subject and case, and found there together', async () => {
    const { page, look } = await sitting.back('officer');
    await look('sitting-18-home-inbox');
    const dialog = page.getByRole('dialog');
    await menu(page, '待关联');
    await page.getByRole('link', { name: basename(files.footage) }).waitFor();
    await page.locator('tbody').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: '关联所选（1）' }).click();
    await choose(dialog, '案件', CAUSE);
    await choose(dialog, '环节', '现场检查');
    await look('sitting-19-link');
    await dialog.getByRole('button', { name: '关联', exact: true }).click();
    await dialog.getByText('1 条已关联').waitFor();
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await page.getByText('没有待关联的记录').waitFor();
    await menu(page, '案件');
    await page.getByRole('link', { name: CAUSE }).click();
    await page.getByText('视频 1').waitFor();
    await look('sitting-20-case');
    await page.getByRole('link', { name: SUBJECT }).click();
    for (const path of Object.values(files)) await page.getByRole('link', { name: basename(path) }).waitFor();
    await look('sitting-21-subject');
  });

  it('the receipt is checked in the browser and taken', async () => {
    const { page, look } = sitting.at('officer');
    await page.getByRole('link', { name: basename(files.footage) }).click();
    await page.getByText('与上传时声明的摘要一致').waitFor();
    await look('sitting-22-record');
    await page.getByRole('button', { name: '立即核验' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/全部 \d+ 项通过/).waitFor();
    await look('sitting-23-verified');
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    taken.receipt = await sitting.take(page, () => page.getByRole('button', { name: '下载回执' }).click());
  });

  it('the reviewer asks, and sees nothing before the answer', async () => {
    const { page, look } = await sitting.back('reviewer');
    await look('sitting-24-home-reviewer');
    await menu(page, '案件');
    await page.getByRole('link', { name: CAUSE }).click();
    await page.getByRole('link', { name: '申请调阅' }).click();
    await field(page, '申请事由').fill('法制审核需要查看现场检查视频');
    const row = page.getByRole('row').filter({ hasText: basename(files.footage) });
    await row.getByRole('checkbox').check();
    await look('sitting-25-ask');
    await page.getByRole('button', { name: '申请调阅' }).click();
    await page.getByText('等待采集部门的审批人答复').waitFor();
    assert.equal(await page.getByRole('button', { name: '开始调阅' }).count(), 0);
    await look('sitting-26-asked');
  });

  it('the approver grants it for a time and a number of viewings', async () => {
    const { page, look } = await sitting.back('approver');
    await page.getByRole('heading', { name: /待答复的调阅申请/ }).waitFor();
    await look('sitting-27-home-approver');
    await page.getByRole('link', { name: '法制审核需要查看现场检查视频' }).click();
    await page.getByRole('button', { name: '答复申请' }).click();
    const dialog = page.getByRole('dialog');
    await field(dialog, '次数').fill('1');
    await field(dialog, '答复意见').fill('同意审核调阅');
    await look('sitting-28-answer');
    await dialog.getByRole('button', { name: '提交答复' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('有效', { exact: true }).waitFor();
    await look('sitting-29-granted');
  });

  it('the reviewer watches in the player, until the grant is taken back; then nothing more is shown', async () => {
    const { page, look, allow } = await sitting.back('reviewer');
    allow(/403|ERR_CONNECTION_RESET/);
    await page.getByRole('heading', { name: /已答复的申请/ }).waitFor();
    await look('sitting-30-home-answered');
    await page.getByRole('link', { name: '法制审核需要查看现场检查视频' }).first().click();
    await page.getByRole('button', { name: '开始调阅' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '开始调阅' }).click();
    await until(page, 'document.querySelector("video")?.readyState >= 2');
    await page.getByRole('button', { name: '播放' }).click();
    await until(page, 'document.querySelector("video").currentTime > 0.5');
    await look('sitting-31-watching');
    const approver = sitting.at('approver');
    await menu(approver.page, '调阅审批');
    await approver.page.getByRole('tab', { name: '有效授权' }).click();
    await approver.page.getByRole('button', { name: '撤销授权' }).click();
    const dialog = approver.page.getByRole('dialog');
    await field(dialog, '原因').fill('审核已结束');
    await approver.look('sitting-32-revoke');
    await dialog.getByRole('button', { name: '撤销授权' }).click();
    await page.getByText('授权已被撤销，不能继续查看。').waitFor();
    assert.equal(await page.locator('video').count(), 0);
    await look('sitting-33-ended');
    await page.getByRole('link', { name: '查看授权' }).click();
    await page
      .getByText(/约 \d+%/)
      .first()
      .waitFor();
    assert.equal(await page.getByRole('button', { name: '开始调阅' }).count(), 0);
    await look('sitting-34-watched');
  });

  it('the officer closes the case; the archivist packs it, as a bag and as a container, and takes both', async () => {
    const officer = await sitting.back('officer');
    const dialog = officer.page.getByRole('dialog');
    await menu(officer.page, '案件');
    await officer.page.getByRole('link', { name: CAUSE }).click();
    for (const stage of ['立案', '结案']) {
      await officer.page.getByRole('button', { name: '进入环节' }).click();
      await choose(dialog, '环节', stage);
      if (stage === '结案') await officer.look('sitting-35-close');
      await dialog.getByRole('button', { name: '进入环节' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await officer.page.getByText('已结案').waitFor();
    await officer.look('sitting-36-closed');
    const { page, look } = await sitting.back('archivist');
    await menu(page, '案卷归档');
    await page.getByText('可打包', { exact: true }).waitFor();
    await look('sitting-37-case-files');
    const packing = page.getByRole('dialog');
    for (const form of ['BagIt', 'ASiC-E']) {
      await page.getByRole('button', { name: /打包/ }).first().click();
      await packing.getByRole('radio', { name: new RegExp(form) }).check();
      await field(packing, '用途说明').fill('归档');
      if (form === 'BagIt') await look('sitting-38-pack');
      await packing.getByRole('button', { name: '打包案卷' }).click();
      await packing.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: '用浏览器下载' }).waitFor();
      await page.getByRole('cell', { name: basename(files.footage) }).waitFor();
      await look(form === 'BagIt' ? 'sitting-39-package' : 'sitting-40-container');
      taken[form] = await sitting.take(page, () => page.getByRole('link', { name: '用浏览器下载' }).click());
    }
    taken.ca = await sitting.take(page, () => page.getByRole('link', { name: '根证书 ca.pem' }).click());
    taken.vkey = await sitting.take(page, () => page.getByRole('link', { name: '账本公钥 log.vkey' }).click());
  });

  it('package, container and receipt are checked in the browser; a changed copy is refused', async () => {
    const { page, look } = sitting.at('archivist');
    await menu(page, '核验');
    const input = page.locator('input[type=file]').first();
    for (const [what, path] of [
      ['package', taken.BagIt!],
      ['container', taken['ASiC-E']!],
      ['receipt', taken.receipt!],
    ] as const) {
      await input.setInputFiles(path);
      await page.getByRole('heading', { name: basename(path) }).waitFor();
      await page.getByText(/全部 \d+ 项通过/).waitFor();
      await look(`sitting-41-verify-${what}`);
    }
    const bytes = readFileSync(taken.BagIt!);
    bytes[bytes.length >> 1]! ^= 1;
    const changed = join(sitting.folder, '案卷-改动.zip');
    writeFileSync(changed, bytes);
    await input.setInputFiles(changed);
    await page
      .getByRole('alert')
      .filter({ hasText: /项不通过/ })
      .waitFor();
    await look('sitting-42-refused');
  });

  it('the auditor sees who watched and who took, and a program of theirs audits the whole log', async () => {
    const { page, look } = await sitting.arrive('auditor', 'wang-audit');
    const dialog = page.getByRole('dialog');
    await look('sitting-43-home-auditor');
    await menu(page, '调阅与导出');
    await page
      .getByText(/看过原件的 \d+%/)
      .first()
      .waitFor();
    assert.equal(await page.getByRole('cell', { name: '下载案卷包' }).count(), 2);
    await look('sitting-44-accesses');
    await menu(page, '账本');
    await page
      .getByRole('link', { name: /案卷包/ })
      .first()
      .waitFor();
    await look('sitting-45-ledger');
    await menu(page, '账本公布');
    await page.getByRole('heading', { name: '留存的检查点' }).waitFor();
    await look('sitting-46-log');
    await menu(page, '审计令牌');
    await page.getByRole('button', { name: '签发令牌' }).click();
    await field(dialog, '用途').fill('夜间审计程序');
    await dialog.getByRole('button', { name: '签发令牌' }).click();
    taken.token = join(sitting.folder, 'token');
    writeFileSync(taken.token, await dialog.locator('code').innerText());
    await dialog.getByRole('button', { name: '关闭' }).click();
    await look('sitting-47-tokens');
    const { token, vkey } = taken;
    const log = `${sitting.service.origin}/api/v1/log`;
    const audited = await tiezheng(['audit', log, '--token-file', token, '--vkey', vkey!], {});
    assert.equal(audited.code, 0, audited.out + audited.err);
  });

  it('what was taken holds for tools that are not in the browser; nothing was complained of', async () => {
    for (const path of [taken.BagIt!, taken['ASiC-E']!, taken.receipt!]) {
      const verified = await tiezheng(['verify', path, '--trust', taken.ca!, '--vkey', taken.vkey!], {});
      assert.equal(verified.code, 0, verified.out + verified.err);
    }
    execFileSync('unzip', ['-tqq', taken.BagIt!]);
    await sitting.leave();
  });
});
