import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { things } from '../support/things.ts';
import { bring, settled } from '../support/uploads.ts';
import { clipFolder } from '../unit/media/clips.ts';
import { type Looks, openService } from './browser.ts';

export const PASSWORD = 'correct horse battery 71';
/** A film that every browser plays. */
export const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', 'ultrafast'];

/** An agency whose reviewer asks for footage of a case, and whose approver answers. */
export class RetrievalHouse {
  readonly app: TestApp;
  readonly agency: TestAgency;
  readonly officer: TestPerson;
  readonly reviewer: TestPerson;
  readonly approver: TestPerson;
  readonly caseId: string;
  /** Clips of 20 s. */
  readonly clips = clipFolder(20);
  readonly #browser: Browser;

  private constructor(
    browser: Browser,
    app: TestApp,
    agency: TestAgency,
    people: Record<'officer' | 'reviewer' | 'approver', TestPerson>,
    caseId: string,
  ) {
    this.#browser = browser;
    this.app = app;
    this.agency = agency;
    this.officer = people.officer;
    this.reviewer = people.reviewer;
    this.approver = people.approver;
    this.caseId = caseId;
  }

  static async open(browser: Browser): Promise<RetrievalHouse> {
    const app = await startApp();
    const agency = await foundAgency(app, 'demo', '示例市综合行政执法局');
    const department = await agency.department('综合执法一中队');
    const officer = await agency.person({ roles: ['officer'], departments: [department], name: '陈执法' });
    const reviewer = await agency.person({ roles: ['reviewer'], name: '周审核' });
    const approver = await agency.person({ roles: ['approver'], departments: [department], name: '吴审批' });
    await agency.setPassword(approver.id, PASSWORD);
    const caseId = await things.cases!.make(agency, department, officer.id);
    return new RetrievalHouse(browser, app, agency, { officer, reviewer, approver }, caseId);
  }

  async destroy(): Promise<void> {
    await this.app.destroy();
    this.clips.clear();
  }

  /** Brings bytes into the case as an officer does, and waits until they are sealed. */
  async brought(filename: string, bytes: Uint8Array): Promise<string> {
    const told = { filename, caseId: this.caseId, capturedFrom: '2026-05-06T09:30:00+08:00' };
    const id = await bring(this.officer.client, bytes, told);
    await settled(this.agency, id);
    return id;
  }

  filmed(name: string, what: 'av' | 'v' | 'a', ...options: string[]): Promise<string> {
    return this.brought(name, readFileSync(this.clips.make(name, what, ...options)));
  }

  async asked(recordIds: string[], more = {}): Promise<string> {
    const body = { reason: 'case', text: '法制审核', caseId: this.caseId, recordIds, ...more };
    return must(await this.reviewer.client.post('/grants', body), 201).id;
  }

  async granted(recordIds: string[], more = {}): Promise<string> {
    const id = await this.asked(recordIds, more);
    must(await this.approver.client.post(`/grants/${id}/answer`, { decision: 'approve', reason: '同意' }));
    return id;
  }

  /** The service as a person sees it. */
  seen(as: TestPerson, looks: Looks = {}): ReturnType<typeof openService> {
    return openService(this.#browser, this.app.origin, { as: as.client, ...looks });
  }

  /** From the page of a grant into its viewing. */
  async start(page: Page, grantId: string, word = '开始调阅'): Promise<void> {
    await page.goto(`${this.app.origin}/grants/${grantId}`);
    await page.getByRole('button', { name: word }).click();
    await page.getByRole('dialog').getByRole('button', { name: word }).click();
    await page.waitForURL('**/viewings/*');
  }
}

/** Waits until an expression over `media`, the player's element, is true in the page. */
export async function media(page: Page, expression: string): Promise<void> {
  const asked = `(() => { const media = document.querySelector('video'); return Boolean(media && (${expression})); })()`;
  for (const deadline = Date.now() + 15_000; !(await page.evaluate(asked)); ) {
    assert.ok(Date.now() < deadline, `not in 15 s: ${expression}`);
    await page.waitForTimeout(30);
  }
}
