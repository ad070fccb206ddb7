import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { destroyReleased } from '../../server/disposal/destroying.ts';
import { folderDisposer } from '../../storage/objects/disposer.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { Clock, startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { carriedOut, PAST_TERM } from '../support/disposing.ts';
import { bring, film, pdf, settled } from '../support/uploads.ts';
import { openBrowser } from '../web/browser.ts';
import { openService } from './browser.ts';

describe('e2e: lawful disposal', function () {
  this.timeout(120_000);
  let app: TestApp;
  let agency: TestAgency;
  let browser: Browser;
  let archivist: TestPerson;
  let approver: TestPerson;
  let officer: TestPerson;
  let ids: string[];

  /** Half a year ago an officer brought some records; one of another department, one that is watched now. */
  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    const clock = new Clock();
    clock.advance(-PAST_TERM);
    // Without locks, so that what is let go can be deleted at once.
    app = await startApp({ clock, config: { OBJECT_LOCK: 'off' } });
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    const [near, far] = [await agency.department('综合执法一中队'), await agency.department('综合执法二中队')];
    officer = await agency.person({ roles: ['officer'], departments: [near], name: '陈执法' });
    const other = await agency.person({ roles: ['officer'], departments: [far], name: '孙执法' });
    archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
    approver = await agency.person({ roles: ['approver'], departments: [near], name: '周审批' });
    ids = [];
    for (const [at, filename] of ['早市巡查.mp4', '夜市巡查.mp4', '占道经营劝离.mp4'].entries())
      ids.push(await bring(officer.client, film(40_000, at + 1), { filename }));
    ids.push(await bring(officer.client, pdf('巡查记录'), { filename: '巡查记录.pdf' }));
    ids.push(await bring(other.client, film(40_000, 9), { filename: '二中队巡查.mp4' }));
    for (const id of ids) await settled(agency, id);
    clock.advance(PAST_TERM);
    for (const person of [officer, archivist, approver]) person.client.cookie = (await agency.signIn(person.id)).cookie;
    const asked = { reason: 'supervision', text: '抽查', recordIds: [ids[2]] };
    const grant = must(await officer.client.post('/grants', asked), 201);
    must(await approver.client.post(`/grants/${grant.id}/answer`, { decision: 'approve', reason: '同意' }));
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  it('is proposed by an archivist, answered by an approver, and shows what has come of each record', async () => {
    const one = await openService(browser, app.origin, { as: archivist.client });
    const { page, look } = one;
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/disposals`);
    await page.getByText('还没有销毁清册').waitFor();
    await page.getByRole('main').getByRole('link', { name: '选择期满记录' }).click();
    await page.getByRole('link', { name: '早市巡查.mp4' }).waitFor();
    const row = (name: string) => page.getByRole('row', { name });
    assert.ok(await row('占道经营劝离.mp4').getByRole('checkbox').isDisabled(), 'it is being watched');
    await row('早市巡查.mp4').getByRole('checkbox').check();
    assert.ok(await row('二中队巡查.mp4').getByRole('checkbox').isDisabled(), 'a list is of one department');
    await row('夜市巡查.mp4').getByRole('checkbox').check();
    await look('due-records');
    await page.getByRole('button', { name: '提请销毁（2）' }).click();
    await dialog.getByText('将 2 件记录列入销毁清册').waitFor();
    await look('disposal-propose');
    await dialog.getByRole('button', { name: '提交审批' }).click();
    await page.getByText('等待采集部门的审批人审批').waitFor();
    await look('disposal-proposed');
    const list = page.url().split('/').at(-1) as string;
    assert.equal(await page.getByRole('button', { name: '审批', exact: true }).count(), 0, 'not one’s own');

    const two = await openService(browser, app.origin, { as: approver.client, size: 'phone' });
    await two.page.goto(app.origin);
    await two.page.getByText('待审批的销毁清册').waitFor();
    await two.page.goto(`${app.origin}/disposals`);
    await two.page.getByRole('link', { name: '保管期限届满，经鉴定无继续保存价值' }).waitFor();
    await two.look('disposals-waiting');
    await two.page.getByRole('button', { name: '审批', exact: true }).click();
    const answering = two.page.getByRole('dialog');
    await answering.getByRole('radio', { name: '批准销毁' }).check();
    await answering.getByLabel(/^审批意见/).fill('同意鉴定意见');
    await two.look('disposal-answer');
    await answering.getByRole('button', { name: /^提\s?交$/ }).click();
    await two.page.getByText('没有待您审批的销毁清册').waitFor();
    await two.close();

    await carriedOut(agency, list);
    await page.reload();
    await page.getByText('2 件的原件待删除').waitFor();
    await page.getByText('（题名已销毁）').first().waitFor();
    await look('disposal-carried-out');
    await Array.fromAsync(destroyReleased(app.deps, folderDisposer(app.deps.evidence), agency.id));
    await page.reload();
    await page.getByText('已删除').first().waitFor();
    await look('disposal-gone');
    await page.getByRole('link', { name: '（题名已销毁）' }).first().click();
    await page.getByText('已依法销毁').waitFor();
    await look('record-disposed');
    await page.getByRole('link', { name: '查看销毁清册' }).click();
    await page.getByText('同意鉴定意见').waitFor();
    await one.close();
  });

  it('can be read on a small phone, in English, in the dark', async () => {
    const { page, look, close } = await openService(browser, app.origin, {
      ...{ as: archivist.client, size: 'narrow', language: 'en', dark: true },
    });
    const [list] = must(await archivist.client.get('/disposals')).items;
    for (const [path, text, name] of [
      ['due-records', 'In use', 'due-records'],
      ['disposals', 'Carried out', 'disposals'],
      [`disposals/${list.id}`, 'Deleted', 'disposal-gone'],
      [`records/${ids[0]}`, 'Lawfully disposed of', 'record-disposed'],
    ] as const) {
      await page.goto(`${app.origin}/${path}`);
      await page.getByText(text).first().waitFor();
      await look(name);
    }
    await close();
  });

  it('tells whoever may not that they may not', async () => {
    const { page, close } = await openService(browser, app.origin, { as: officer.client });
    await page.goto(`${app.origin}/disposals`);
    await page.getByText('您的角色不能查看此页面').waitFor();
    await close();
  });
});
