import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser, PAGE } from '../web/browser.ts';

describe('verify.html of the service', function () {
  this.timeout(30_000);
  let app: TestApp;
  let browser: Browser;
  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
  });
  after(async () => {
    await browser?.close();
    await app?.destroy();
  });

  it('is the page that goes into packages, for everybody', async () => {
    const response = await fetch(`${app.origin}/verify.html`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), readFileSync(PAGE, 'utf8'));
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
  });

  it('runs under its own policy, and asks the service for nothing', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const faults: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => faults.push(message.text()));
    await page.goto(`${app.origin}/verify.html`);
    await page.locator('#language').click();
    assert.match(await page.locator('#drop').innerText(), /Drop a case package/);
    assert.deepEqual(faults, []);
    assert.deepEqual(asked, [`${app.origin}/verify.html`]);
  });
});
