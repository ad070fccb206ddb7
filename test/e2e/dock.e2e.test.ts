import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { of, type Running, Station, told } from '../dock/support.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { film, pdf, program } from '../support/uploads.ts';
import { openBrowser } from '../web/browser.ts';
import { openService } from './browser.ts';

describe("e2e: the dock's status page", function () {
  this.timeout(60_000);
  let app: TestApp;
  let browser: Browser;
  let station: Station;
  let running: Running;
  let origin: string;

  before(async function () {
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    app = await startApp();
    const agency = await foundAgency(app);
    const dock = await agency.dock(await agency.department());
    station = new Station(app.origin, dock.client.bearer ?? '');
    for (const n of [1, 2, 4]) station.put(`E/TA00716_JX0227_2026112309360${n}_000${n}.mp4`, film(20_000, n));
    station.put('F/DCIM/100GOPRO/GX010001.MP4', film(20_000, 9));
    station.put('G/<b>巡查</b> 一份名称很长很长的现场检查记录，用来看看手机上如何换行.pdf', pdf('long'));
    station.put('G/program.exe', program);
    running = station.start(['--status', '0', '--every', '0.2']);
    await told(running, 'stated', 3);
    origin = String(of(running.lines, 'status')[0]?.url).replace(/\/$/, '');
  });
  after(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
    station?.destroy();
    await browser?.close();
    await app?.destroy();
  });

  for (const looks of [{ size: 'desktop' }, { size: 'narrow' }, { size: 'desktop', dark: true }] as const)
    it(`shows cards, queue, service and findings, ${JSON.stringify(looks)}`, async () => {
      const { page, look, close } = await openService(browser, origin, looks);
      await page.goto(origin);
      await page.getByText('服务正常').waitFor();
      assert.equal(await page.locator('tbody tr').count(), 3);
      await page.getByText('sequence-gap').first().waitFor();
      await look('dock-status');
      await close();
    });

  it('keeps itself as the agent is, and says when that is gone', async () => {
    const { page, look, close, expect } = await openService(browser, origin, { size: 'phone' });
    await page.goto(origin);
    station.put('H/TA00799_JX0227_20261123093601.pdf', pdf('another'));
    await page.getByText('TA00799', { exact: true }).waitFor();
    running.child.kill('SIGTERM');
    await page.getByRole('alert').getByText('采集程序无应答').waitFor();
    await look('dock-status-gone');
    expect(/ERR_CONNECTION_REFUSED|Failed to load/);
    await close();
  });
});
