import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { dayOf } from '../../server/policy/day.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { openBrowser } from '../web/browser.ts';
import { openService } from './browser.ts';

const DAY = 86_400_000;

describe('e2e: deadlines', function () {
  this.timeout(120_000);
  let app: TestApp;
  let browser: Browser;
  let agency: TestAgency;
  let officer: TestPerson;
  let approver: TestPerson;
  let reviewer: TestPerson;
  let spot: string;
  let seized: string;

  /** Opens a case and takes it through stages. */
  async function open(body: object, ...stages: string[]): Promise<string> {
    const { id } = must(await officer.client.post('/cases', { kind: 'penalty', ...body }), 201);
    for (const stage of stages) must(await officer.client.post(`/cases/${id}/stages`, { stage }));
    return id;
  }

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    const departments = [await agency.department('综合执法一中队')];
    officer = await agency.person({ roles: ['officer'], departments, name: '陈执法' });
    approver = await agency.person({ roles: ['approver'], departments, name: '周队长' });
    reviewer = await agency.person({ roles: ['reviewer'], departments, name: '吴审核' });
    spot = await open({ cause: '乱倒垃圾', caseNo: '示执简〔2026〕第7号', stage: 'SUMMARY' });
    seized = await open({ cause: '占道经营，当场查封流动摊位一处', stage: 'INSPECT' }, 'FILE', 'COERCE');
    await open({ cause: '违法建设', stage: 'FILE' }, 'INVESTIGATE', 'CONCLUDE', 'REVIEW');
    // Two days after the first of them was due.
    const [{ due }] = must(await officer.client.get(`/cases/${spot}`)).deadlines;
    const today = dayOf(app.clock.now().toISOString(), 'Asia/Shanghai');
    app.clock.advance((Temporal.PlainDate.from(today).until(due).days + 2) * DAY);
    for (const person of [officer, approver, reviewer]) person.client = await agency.signIn(person.id);
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  it('stand on the first page of an officer, lead to the case, and are said to be done there', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: officer.client });
    await page.goto(app.origin);
    const card = page.locator('.waits .ant-card', { has: page.getByRole('heading', { name: /^期限/ }) });
    await card.getByText('已超期 2 天').waitFor();
    await look('deadlines-home');
    await card.getByRole('link', { name: '乱倒垃圾' }).first().click();
    await page.getByText('浙江省行政程序办法 第六十条', { exact: false }).waitFor();
    await look('deadlines-case');
    await page.getByRole('button', { name: '办结 当场处罚报备案' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^如何办理/).fill('已交中队备案');
    await look('deadline-end');
    await dialog.getByRole('button', { name: '办结' }).click();
    await page.getByText('逾期办结').waitFor();
    await page.getByText('已交中队备案', { exact: false }).waitFor();
    await close();
  });

  it('order the list of cases, on a narrow screen too', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: officer.client });
    await page.goto(`${app.origin}/cases?sort=due`);
    await page.getByRole('cell', { name: /公开决定信息/ }).waitFor();
    const causes = await page.getByRole('row').getByRole('link').allInnerTexts();
    assert.equal(causes[0], '乱倒垃圾');
    await look('deadlines-cases');
    await close();
    const phone = await openService(browser, app.origin, { as: officer.client, size: 'narrow' });
    await phone.page.goto(`${app.origin}/cases?sort=due`);
    await phone.page.getByText('公开决定信息', { exact: false }).first().waitFor();
    await phone.look('deadlines-cases');
    await phone.page.goto(`${app.origin}/cases/${spot}`);
    await phone.page.getByText('逾期办结').waitFor();
    await phone.look('deadlines-case');
    await phone.page.goto(app.origin);
    await phone.page.getByRole('heading', { name: /^期限/ }).waitFor();
    await phone.look('deadlines-home');
    await phone.close();
  });

  it('are extended by an approver, on a phone and in English', async () => {
    const { page, look, close, expect } = await openService(browser, app.origin, {
      ...{ as: approver.client, size: 'phone', language: 'en' },
    });
    await page.goto(`${app.origin}/cases/${seized}`);
    await page.getByRole('button', { name: 'Extend End of sealing, seizure or freezing' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel(/^By how many days/).inputValue(), '30');
    await dialog.getByLabel(/^By how many days/).fill('31');
    await dialog.getByLabel(/^Reason/).fill('涉案人员众多');
    await dialog.getByRole('button', { name: 'Extend' }).click();
    await dialog.getByText('at most 30', { exact: true }).waitFor();
    await look('deadline-extend');
    await dialog.getByLabel(/^By how many days/).fill('30');
    await dialog.getByRole('button', { name: 'Extend' }).click();
    await page.getByText('Extended by 30 days', { exact: false }).waitFor();
    await look('deadlines-extended');
    expect(/422/);
    await close();
  });

  it('tell a reviewer which reviews wait', async () => {
    const { page, look, close } = await openService(browser, app.origin, { as: reviewer.client, dark: true });
    await page.goto(app.origin);
    await page.getByRole('link', { name: '违法建设' }).waitFor();
    await page.getByRole('heading', { name: /^待完成的法制审核/ }).waitFor();
    assert.equal(await page.getByRole('heading', { name: /^期限/ }).count(), 0);
    await look('deadlines-reviewer');
    await close();
  });

  it('are counted by days off that the system administrator enters when they are announced', async () => {
    const { client } = await agency.person({ roles: ['sysadmin'], name: '王丽' });
    const year = app.clock.now().getFullYear() + 2;
    const { page, look, close } = await openService(browser, app.origin, { as: client });
    const dialog = page.getByRole('dialog');
    await page.goto(`${app.origin}/workdays?year=${year}`);
    await page.getByText('未登记', { exact: true }).waitFor();
    await look('workdays-unknown');
    await page.getByRole('button', { name: '登记放假安排' }).click();
    await dialog.getByLabel(/^放假安排的通知/).fill(`国务院办公厅关于${year}年部分节假日安排的通知`);
    const off = dialog.getByLabel(/^放假$/);
    const statutory = await off.inputValue();
    await off.fill('国庆七天');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.getByText(/应为 2027-01-01/).waitFor();
    await off.fill(`${statutory}\n${year}-10-04 ~ ${year}-10-07`);
    await look('workdays-enter');
    await dialog.getByRole('button', { name: '保存' }).click();
    await page.getByText('已登记', { exact: true }).waitFor();
    await page.getByText(`${year}/10/07`, { exact: false }).waitFor();
    await close();
    const phone = await openService(browser, app.origin, { as: client, size: 'narrow', language: 'en' });
    await phone.page.goto(`${app.origin}/workdays?year=${year}`);
    await phone.page.getByText('entered', { exact: true }).waitFor();
    await phone.page.getByText('Serve the decision').waitFor();
    await phone.look('workdays');
    await phone.close();
  });
});
