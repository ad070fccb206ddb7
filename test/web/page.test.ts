import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { ZipFile } from 'yazl';
import { openTree } from '../../scripts/tree.ts';
import { asicPaths } from '../../signing/asic.ts';
import { packagePaths, receiptPaths } from '../../signing/package-layout.ts';
import { type CheckLine, verifyTree } from '../../signing/verifier.ts';
import { signedSample } from '../unit/paper/support.ts';
import { ca, otherCa } from '../unit/signing/pki.ts';
import {
  closeContainer,
  closeReceipt,
  type Files,
  makePackage,
  makeReceipt,
  originals,
  vkey,
} from '../unit/signing/sample.ts';
import { openBrowser, PAGE } from './browser.ts';

interface Beliefs {
  trust?: string;
  vkey?: string;
  witnesses?: string[];
}

/** The page opened from a file; whatever it asks of a network, and whatever it complains of, is kept. */
async function openPage(browser: Browser): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const faults: string[] = [];
  page.on('request', (request) => {
    if (!/^(file|blob):/.test(request.url())) faults.push(`request ${request.url()}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(pathToFileURL(PAGE).href);
  return { page, faults };
}

/** Verifies by the page; the checks as it shows them. */
async function shownBy(page: Page, path: string, beliefs: Beliefs = {}): Promise<CheckLine[]> {
  const { trust = '', vkey = '', witnesses = [] } = beliefs;
  for (const [id, text] of Object.entries({ trust, vkey, witnesses: witnesses.join('\n') })) {
    await page.locator(`#${id}`).fill(text, { force: true });
  }
  await page.locator(/\.(zip|asice)$/.test(path) ? '#file' : '#folder').setInputFiles(path);
  await page.locator('#summary.good, #summary.bad').waitFor();
  return await page.locator('#lines li').evaluateAll((items) =>
    (items as unknown as HTMLLikeElement[]).map((item) => ({
      id: item.dataset.check ?? '',
      ok: item.className === 'good',
      zh: item.querySelector('.what')?.textContent ?? '',
      en: item.querySelector('.other')?.textContent ?? '',
      ...(item.querySelector('.detail') && { detail: item.querySelector('.detail')?.textContent ?? '' }),
    })),
  );
}

interface HTMLLikeElement {
  dataset: Record<string, string>;
  className: string;
  querySelector(selector: string): { textContent: string } | null;
}

async function saidByCommand(path: string, beliefs: Beliefs): Promise<CheckLine[]> {
  const { tree, close } = await openTree(path);
  try {
    return await Array.fromAsync(verifyTree(tree, beliefs));
  } finally {
    await close();
  }
}

async function writeZip(path: string, files: Files, compress = false): Promise<string> {
  const zip = new ZipFile();
  for (const [name, bytes] of files) zip.addBuffer(Buffer.from(bytes), name, { compress });
  zip.end();
  writeFileSync(path, await buffer(zip.outputStream));
  return path;
}

function writeFolder(folder: string, files: Files): string {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** One file changed for each kind of check. */
const TWINS = [
  packagePaths.tagManifest,
  packagePaths.signature,
  packagePaths.checkpoint,
  packagePaths.keys,
  'data/originals/0001.mp4',
  'data/manifests/0001.json',
  'data/entries/00000002.json',
];
const RECEIPT_TWINS = Object.values(receiptPaths).filter((path) =>
  /^(manifest|checkpoint|entry|certs.signer)/.test(path),
);

const changed = (files: Files, path: string): Files => {
  const bytes = Uint8Array.from(files.get(path) ?? []);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  return new Map([...files, [path, bytes]]);
};

describe('verify.html in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let faults: string[];
  let folder: string;
  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-page-'));
    const opened = await openBrowser();
    if (!opened) return this.skip();
    browser = opened;
    ({ page, faults } = await openPage(browser));
    await page.locator('#beliefs summary').click();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const agree = async (path: string, beliefs: Beliefs = {}): Promise<boolean> => {
    const said = await saidByCommand(path, beliefs);
    assert.deepEqual(await shownBy(page, path, beliefs), said, path);
    assert.deepEqual(faults, []);
    return said.every(({ ok }) => ok);
  };

  it('says of packages, receipts and their tampered twins what the command says', async () => {
    const bag = makePackage();
    const receipt = makeReceipt();
    const good = await writeZip(join(folder, 'good.zip'), bag);
    assert.equal(await agree(good), true);
    assert.equal(await agree(good, { trust: ca.certificatePem, vkey: vkey() }), true);
    assert.equal(await agree(good, { trust: otherCa.certificatePem }), false);
    assert.equal(await agree(good, { witnesses: [vkey()] }), false);
    assert.equal(await agree(good, { vkey: vkey().replace('tiezheng', 'elsewhere') }), false);
    assert.equal(await agree(await writeZip(join(folder, 'packed.zip'), bag, true)), true);
    assert.equal(await agree(writeFolder(join(folder, 'bag'), bag)), true);
    const container = closeContainer(bag);
    assert.equal(await agree(await writeZip(join(folder, 'good.asice'), container)), true);
    assert.equal(
      await agree(await writeZip(join(folder, 'twin.asice'), changed(container, asicPaths.manifest))),
      false,
    );
    assert.equal(await agree(await writeZip(join(folder, 'receipt.zip'), receipt)), true);
    const withPaper = closeReceipt(makeReceipt().set(receiptPaths.paper, await signedSample()));
    assert.equal(await agree(await writeZip(join(folder, 'paper.zip'), withPaper)), true);
    const otherPaper = changed(withPaper, receiptPaths.paper);
    assert.equal(await agree(await writeZip(join(folder, 'twin.zip'), closeReceipt(otherPaper))), false);
    for (const path of TWINS) {
      assert.equal(await agree(await writeZip(join(folder, 'twin.zip'), changed(bag, path))), false, path);
    }
    for (const path of RECEIPT_TWINS) {
      assert.equal(await agree(await writeZip(join(folder, 'twin.zip'), changed(receipt, path))), false, path);
    }
    const extra: Files = new Map([...bag, ['data/originals/0009.mp4', Buffer.from('x')]]);
    assert.equal(await agree(await writeZip(join(folder, 'extra.zip'), extra)), false);
    assert.deepEqual(faults, []);
  });

  it('says that what is no package cannot be read, and what to do', async () => {
    const path = join(folder, 'text.zip');
    writeFileSync(path, 'no zip at all, but long enough to hold the end of one');
    const lines = await shownBy(page, path);
    assert.deepEqual(
      lines.map(({ id, ok }) => [id, ok]),
      [['readable', false]],
    );
    assert.match(await page.locator('#summary').innerText(), /请选择导出的/);
    assert.deepEqual(faults, []);
  });

  it('plays and saves the originals', async () => {
    await shownBy(page, join(folder, 'good.zip'));
    const items = page.locator('#record-list li');
    assert.equal(await items.count(), originals.length);
    const download = page.waitForEvent('download');
    await items.first().getByRole('button', { name: /保存/ }).click();
    const saved = await buffer(await (await download).createReadStream());
    assert.deepEqual(saved, originals[0]);
    await items.first().getByRole('button', { name: /播放/ }).click();
    await items.first().getByRole('alert').waitFor();
    assert.match(await items.first().innerText(), /不能播放/, 'seven letters are no footage');
  });

  it('takes what is dropped', async () => {
    for (const name of ['good.zip', 'receipt.zip']) {
      await page.locator('#drop').drop({ files: join(folder, name) });
      await page.locator('#subject', { hasText: name }).waitFor();
      await page.locator('#summary.good').waitFor();
    }
    assert.deepEqual(faults, []);
  });

  it('plays footage from where it lies in the zip, and says when the package does not hold', async () => {
    const bag = makePackage();
    bag.set('data/originals/0001.mp4', silence(2));
    const records = Buffer.from(bag.get(packagePaths.records) ?? []).toString();
    bag.set(packagePaths.records, Buffer.from(records.replace('video/mp4', 'audio/wav')));
    const lines = await shownBy(page, await writeZip(join(folder, 'sound.zip'), bag));
    assert.equal(lines.at(-1)?.ok, false);
    assert.match(await page.locator('#records-hint').innerText(), /未经证明/);
    await page.locator('#record-list button').first().click();
    const sound = page.locator('audio');
    const length = await sound.evaluate(async (audio) => {
      const { readyState } = audio as unknown as { readyState: number };
      if (readyState === 0) await new Promise((done) => audio.addEventListener('loadedmetadata', done));
      return (audio as unknown as { duration: number }).duration;
    });
    assert.equal(length, 2);
    assert.deepEqual(faults, []);
  });

  it('speaks both languages, says whose trust it is, and is good to use without eyes or mouse', async () => {
    await shownBy(page, join(folder, 'good.zip'));
    assert.match(await page.locator('#summary').innerText(), /全部通过[\s\S]*信任根取自包内/);
    await page.locator('#language').press('Enter');
    assert.match(await page.locator('#summary').innerText(), /Every check holds[\s\S]*Trust came from inside/);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await violations(page), [], scheme);
    }
    await page.setViewportSize({ width: 360, height: 640 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
    await page.locator('#language').press('Enter');
  });
});

/** RIFF WAVE, 8 kHz, 8 bits. */
function silence(seconds: number): Buffer {
  const samples = Buffer.alloc(8000 * seconds, 0x80);
  const head = Buffer.alloc(44);
  head.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  head.writeUInt32LE(36 + samples.length, 4);
  for (const [at, value] of [
    [16, 16],
    [20, 0x00010001],
    [24, 8000],
    [28, 8000],
    [32, 0x00080001],
  ] as const) {
    head.writeUInt32LE(value, at);
  }
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** What axe finds wrong; it is brought in beside the page's own policy. */
async function violations(page: Page): Promise<string[]> {
  const axe = await import('axe-core');
  await page.evaluate(axe.default.source);
  const found = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
