import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const samples = join(root, '..', 'shared', 'samples');
const main = join(root, 'scripts', 'main.ts');

interface Run {
  code: number;
  out: string;
}

const run = (script: string, args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: root, maxBuffer: 16 * 1024 ** 2 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr });
    });
  });

const demo = (...args: string[]) => run(join(root, 'scripts', 'demo.ts'), args);
const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const silent = (path: string, trust?: string) => verify(path, { trust }, true, () => {});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** Flips one bit of a file, asks, and puts it back. */
async function whenFlipped<T>(path: string, at: number, ask: () => Promise<T>): Promise<T> {
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  writeFileSync(path, changed);
  try {
    return await ask();
  } finally {
    writeFileSync(path, bytes);
  }
}

describe('the demo', function () {
  this.timeout(300_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-demo-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('takes real footage and a photograph the whole way', async function () {
    const footage = join(samples, 'action-camera.mp4');
    const document = join(samples, 'handwritten-note.jpg');
    if (!existsSync(footage)) {
      console.log('      跳过：没有 ../shared/samples (skipped: the samples are not here)');
      this.skip();
    }
    const out = join(folder, 'samples');
    const { code, out: said } = await demo('--footage', footage, '--document', document, '--out', out);
    assert.equal(code, 0, said);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    assert.equal(report.ok, true);
    assert.deepEqual([report.refusal.status, report.refusal.code], [403, 'GRANT_EXPIRED']);
    assert.equal(report.footage.sha256, digest(footage));
    assert.equal(report.retrieval.sha256, digest(footage));
    assert.equal(report.document.sha256, digest(document));
    assert.equal(digest(join(out, 'export/bag/data/originals/0001.mp4')), digest(footage));
    assert.equal(digest(join(out, 'export', report.export.zip)), report.export.sha256);
    assert.match(report.container.zip, /\.asice$/);
    assert.equal(digest(join(out, 'export', report.container.zip)), report.container.sha256);
  });

  it('takes a clip with a Chinese name, and makes a document of its own', async function () {
    const footage = join(folder, '执法现场 第1段（夜间）.mp4');
    const made = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=d=2:s=320x240:r=10', '-y', footage]);
    if (made.status !== 0) {
      console.log('      跳过：没有 ffmpeg (skipped: no ffmpeg here)');
      this.skip();
    }
    const out = join(folder, '结果');
    const { code, out: said } = await demo('--footage', footage, '--out', out);
    assert.equal(code, 0, said);
    const records = JSON.parse(readFileSync(join(out, 'export/bag/metadata/records.json'), 'utf8'));
    assert.deepEqual(
      records.map((record: { originalName: string }) => record.originalName).sort(),
      ['执法现场 第1段（夜间）.mp4', '现场检查笔录.txt'].sort(),
    );
    const again = await demo('--footage', footage, '--out', out);
    assert.equal(again.code, 2, 'results of an earlier demo are never written over');
  });

  it('leaves a package in which no file can change unseen', async function () {
    const out = join(folder, '结果');
    if (!existsSync(join(out, 'report.json'))) this.skip();
    const bag = join(folder, 'copy');
    const trust = join(out, 'trust', 'ca.pem');
    cpSync(join(out, 'export', 'bag'), bag, { recursive: true });
    assert.equal(await silent(bag, trust), 0);
    for (const name of filesOf(bag)) {
      const path = join(bag, name);
      const at = statSync(path).size >> 1;
      assert.equal(await whenFlipped(path, at, () => silent(bag, trust)), 1, `byte ${at} of ${name}`);
    }
    writeFileSync(join(bag, 'data', 'extra.txt'), 'x');
    assert.equal(await silent(bag, trust), 1, 'a file that is not listed');
    rmSync(join(bag, 'data', 'extra.txt'));
    rmSync(join(bag, 'metadata', 'contents.csv'));
    assert.equal(await silent(bag, trust), 1, 'a file that is missing');
  });

  it('leaves a receipt that is refused once changed', async function () {
    const out = join(folder, '结果');
    if (!existsSync(join(out, 'report.json'))) this.skip();
    const trust = join(out, 'trust', 'ca.pem');
    const receipt = join(out, 'receipt');
    assert.equal((await run(main, ['verify', receipt, '--trust', trust])).code, 0);
    assert.match((await run(main, ['verify', receipt, '--trust', trust])).out, /自签时间戳.*self-issued/);
    for (const name of ['tsa.pem', 'ca.crl']) assert.ok(existsSync(join(out, 'trust', name)), name);
    for (const name of filesOf(receipt).filter((path) => path !== 'VERIFY.md')) {
      const path = join(receipt, name);
      const at = statSync(path).size >> 1;
      assert.equal(await whenFlipped(path, at, () => silent(receipt, trust)), 1, name);
    }
  });
});
