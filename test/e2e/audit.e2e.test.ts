import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { audit } from '../../scripts/audit.ts';
import { logSource } from '../../scripts/log-source.ts';
import { verify } from '../../scripts/verify.ts';
import { openWitnessKey } from '../../signing/cosignature.ts';
import { createNoteKeyPem } from '../../signing/note.ts';
import { foundAgency, TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { packed } from '../support/exports.ts';
import { pdf, settled } from '../support/uploads.ts';
import { openBrowser } from '../web/browser.ts';
import { openService } from './browser.ts';

describe('e2e: an auditor', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let [officer, reviewer, approver, auditor]: TestPerson[] = [];
  let record: string;
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-audit-'));

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    const departments = [await agency.department('综合执法一中队')];
    officer = await agency.person({ roles: ['officer'], departments, name: '陈执法' });
    reviewer = await agency.person({ roles: ['reviewer'], name: '赵审核' });
    approver = await agency.person({ roles: ['approver'], departments, name: '孙队长' });
    auditor = await agency.person({ roles: ['auditor'], name: '钱审计' });
    const archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
    const file = { kind: 'penalty', cause: '占道经营', departmentId: departments[0], stage: 'INSPECT' };
    const caseId = must(await officer.client.post('/cases', file), 201).id;
    const form = new FormData();
    form.append('caseId', caseId);
    form.append('files', new Blob([new Uint8Array(pdf('询问笔录'))]), '询问笔录.pdf');
    record = must(await officer.client.send('POST', '/records', { body: form }), 201).records[0].id;
    await settled(agency, record);
    const told = { type: 'person', name: '周某某', idType: 'resident-id', idNumber: '11010519491231002X' };
    const subject = must(await officer.client.post('/subjects', told), 201).id;
    must(await officer.client.post(`/subjects/${subject}/reveal`, { fields: ['idNumber'], reason: '核对身份' }));
    const asked = { reason: 'complaint', text: '信访人反映执法不规范', recordIds: [record], seconds: 600, viewings: 2 };
    const grant = must(await reviewer.client.post('/grants', asked), 201).id;
    must(await approver.client.post(`/grants/${grant}/answer`, { decision: 'approve', reason: '情况属实，同意' }));
    const viewing = must(await reviewer.client.post(`/grants/${grant}/viewings`), 201).id;
    await (await reviewer.client.fetch('GET', `/viewings/${viewing}/records/${record}/content`)).arrayBuffer();
    must(await reviewer.client.post(`/viewings/${viewing}/close`));
    must(await reviewer.client.post('/grants', { ...asked, text: '再次核查' }), 201);
    const { id } = must(await archivist.client.post(`/cases/${caseId}/exports`, {}), 202);
    await packed(archivist.client, id);
    await (await archivist.client.fetch('GET', `/exports/${id}/content`)).arrayBuffer();
    await app.deps.anchors.covering(agency.id, 0, 5000);
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('looks for what a person did, opens an entry and proves it, here and offline', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: auditor!.client });
    await page.goto(app.origin);
    await page.getByRole('link', { name: '账本', exact: true }).click();
    await page.getByRole('link', { name: '下载案卷包' }).first().waitFor();
    await look('ledger');
    await page.getByLabel('人员').fill('陈执法');
    await page.locator('.ant-select-item-option-content', { hasText: '陈执法' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/actorId=/);
    await page.getByLabel('事件').fill('未掩码');
    await page.keyboard.press('Enter');
    await page.waitForURL(/type=subject\.revealed/);
    const found = page.getByRole('row').filter({ hasText: '陈执法' });
    await page.getByRole('link', { name: '下载案卷包' }).waitFor({ state: 'detached' });
    await look('ledger-filtered');
    assert.equal(await found.count(), 1);
    // The address shows the same again.
    await page.goto(page.url());
    await found.getByRole('link', { name: '查看未掩码信息' }).click();
    await page.getByRole('heading', { level: 1, name: /查看未掩码信息/ }).waitFor();
    await page.getByText('（已加密）').waitFor();
    assert.equal(await page.getByText('核对身份').count(), 0);
    await look('entry');
    await page.getByRole('button', { name: '立即核验' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('条目在账本之内').waitFor();
    await dialog.locator('.ant-alert-success').waitFor();
    assert.equal(await dialog.locator('.check').count(), 6);
    await look('entry-verified');
    await dialog.getByRole('button', { name: '关闭', exact: true }).last().click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载证明' }).click();
    const zip = join(folder, 'entry.zip');
    await (await downloading).saveAs(zip);
    const vkey = app.deps.log.verifierKey(agency.id);
    assert.equal(await verify(zip, { vkey }, false, () => {}), 0);
    await page.getByRole('link', { name: '前一条' }).click();
    await page.getByRole('heading', { level: 1, name: /登记执法对象/ }).waitFor();
    await close();
  });

  it('reports who had access to a record, from its page, and takes the report along', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: auditor!.client });
    await page.goto(`${app.origin}/records/${record}`);
    await page.getByRole('link', { name: '调阅与导出报告' }).click();
    await page.getByRole('cell', { name: '下载案卷包' }).waitFor();
    await page.getByText('孙队长：情况属实，同意').first().waitFor();
    await page.getByText('看过原件的 100%').waitFor();
    assert.equal(await page.getByRole('cell', { name: '申请调阅' }).count(), 2);
    await look('accesses');
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载表格（CSV）' }).click();
    const csv = join(folder, 'accesses.csv');
    await (await downloading).saveAs(csv);
    assert.equal(readFileSync(csv, 'utf8').trimEnd().split('\r\n').length, 6);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.filters').isVisible(), false);
    await page.emulateMedia({ media: 'screen' });
    await page.goto(`${app.origin}/people/${officer!.id}`);
    await look('person-audited');
    await page.getByRole('link', { name: '调阅与导出报告' }).click();
    await page.getByText('显示：证件号码').waitFor();
    await close();
  });

  it('sees the published log, its witnesses and times, and everything that is kept', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: auditor!.client });
    await page.goto(`${app.origin}/checkpoints`);
    await page.getByText('未配置见证人').waitFor();
    await page.getByText('自签，仅证明先后').first().waitFor();
    await page.getByRole('region', { name: '留存的检查点' }).getByRole('row').nth(1).waitFor();
    await look('checkpoints');
    await close();
  });

  it('makes a token for a program, shown once, and ends it', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: auditor!.client, size: 'phone' });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/log-tokens`);
    await page.getByText('还没有令牌').waitFor();
    await page.getByRole('button', { name: '签发令牌' }).click();
    await dialog.getByLabel('用途').fill('夜间审计程序');
    await dialog.getByRole('button', { name: '签发令牌' }).click();
    const token = await dialog.locator('code').innerText();
    await look('log-token');
    await dialog.getByRole('button', { name: '关闭' }).click();
    const source = logSource(`${app.origin}/api/v1/log`, { Authorization: `Bearer ${token}` });
    await audit(source, { vkey: app.deps.log.verifierKey(agency.id) });
    assert.equal(await page.getByText(token).count(), 0);
    await look('log-tokens');
    await page.getByRole('button', { name: '吊销' }).click();
    await dialog.getByRole('button', { name: '吊销' }).click();
    await page.getByText('已吊销').waitFor();
    await assert.rejects(audit(source, { vkey: app.deps.log.verifierKey(agency.id) }));
    await close();
  });

  it('is told on the first page of a witness that does not answer', async () => {
    await app.stop();
    const { verifier } = openWitnessKey('witness.example', createNoteKeyPem(randomBytes));
    // Nobody listens on the discard port (RFC 863).
    app = await startApp({ dataDir: app.dataDir, config: { WITNESSES: `http://127.0.0.1:9 ${verifier}` } });
    agency = new TestAgency(app, agency.id, agency.code);
    auditor = { ...auditor!, client: await agency.signIn(auditor!.id) };
    officer = { ...officer!, client: await agency.signIn(officer!.id) };
    while (app.deps.cosigning.standings()['witness.example'] !== 'failing') await sleep(50);
    const { page, look, close } = await openService(browser, app.origin, { as: auditor.client });
    await page.goto(app.origin);
    await page.getByRole('heading', { name: /账本公布异常/ }).waitFor();
    await look('home-auditor');
    await page.getByRole('link', { name: 'witness.example' }).click();
    await page.getByRole('cell', { name: '未应答' }).waitFor();
    await look('checkpoints-witness');
    await close();
  });

  it('works on a phone too, in English and in the dark; others find no way in', async () => {
    const looks = { as: auditor!.client, size: 'narrow', language: 'en', dark: true } as const;
    const { page, look, close } = await openService(browser, app.origin, looks);
    await page.goto(`${app.origin}/ledger?kind=grant`);
    await page.getByRole('link', { name: 'retrieval approved' }).waitFor();
    await look('ledger');
    await page.getByRole('link', { name: 'retrieval approved' }).click();
    await page.getByText('情况属实，同意').waitFor();
    await look('entry');
    await page.goto(`${app.origin}/accesses`);
    await page.getByText('Downloaded a package').waitFor();
    await look('accesses');
    await page.goto(`${app.origin}/checkpoints`);
    await page.getByRole('heading', { name: 'Witnesses' }).waitFor();
    await look('checkpoints');
    await page.goto(`${app.origin}/ledger?of=nothing`);
    await page.getByText('No such entry').waitFor();
    await close();
    const other = await openService(browser, app.origin, { as: officer!.client });
    for (const path of ['ledger', 'ledger/1', 'accesses', 'checkpoints', 'log-tokens']) {
      await other.page.goto(`${app.origin}/${path}`);
      await other.page.getByRole('heading', { name: '没有权限' }).waitFor();
    }
    await other.close();
  });
});
