import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { readOnePem } from '../../../signing/certificate.ts';
import { packagePaths as at, receiptPaths } from '../../../signing/package-layout.ts';
import { createRevocationList, type RevocationReason } from '../../../signing/revocation.ts';
import { verifyTree } from '../../../signing/verifier.ts';
import { signedSample } from '../paper/support.ts';
import { ca, now, otherCa, signer, tsa } from './pki.ts';
import {
  closeReceipt,
  type Files,
  flipped,
  isRefused,
  linesOf,
  makePackage,
  makeReceipt,
  refusedBy,
  signTags,
  time,
  treeOf,
  vkey,
} from './sample.ts';
import { inFolder, run } from './support.ts';

const without = (files: Files, path: string): Files => new Map([...files].filter(([name]) => name !== path));
const withFile = (files: Files, path: string, text = 'x'): Files => new Map([...files, [path, Buffer.from(text)]]);

describe('verification of a package', () => {
  it('holds, and says whose trust it used', async () => {
    const lines = await linesOf(makePackage());
    assert.deepEqual(
      lines.filter(({ ok }) => !ok),
      [],
    );
    assert.match(lines.find(({ id }) => id === 'trust')?.detail ?? '', /信任根取自包内/);
    const given = await linesOf(makePackage(), ca.certificatePem);
    assert.deepEqual(
      given.filter(({ ok }) => !ok),
      [],
    );
    assert.match(given.find(({ id }) => id === 'trust')?.detail ?? '', /由核验者提供/);
  });

  it('is accepted by sha256sum and openssl', () => {
    inFolder((folder) => {
      for (const [path, bytes] of makePackage()) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      run(folder, 'sha256sum', '--strict', '-c', at.manifest, at.tagManifest);
      const verify = ['cms', '-verify', '-cades', '-binary', '-purpose', 'any', '-inform', 'DER', '-CAfile', at.ca];
      const time = ['-attime', String(Math.floor(now.getTime() / 1000) + 3600)];
      run(folder, 'openssl', ...verify, ...time, '-in', at.signature, '-content', at.tagManifest, '-out', '/dev/null');
      const [manifest, signature] = ['data/manifests/0001.json', 'data/manifests/0001.json.p7s'];
      run(folder, 'openssl', ...verify, ...time, '-in', signature, '-content', manifest, '-out', '/dev/null');
    });
  });

  // The manifests have the digests of all files, and the signature stands every change of itself (cms.test.ts): a byte of seven does.
  it('refuses changed bytes in every part of every file', async () => {
    for await (const [files, where] of flipped(makePackage(), undefined, 7)) assert.ok(await isRefused(files), where);
  }).timeout(180_000);

  it('refuses files that are missing, added, cut or longer', async () => {
    const files = makePackage();
    for (const path of files.keys()) {
      assert.ok(await isRefused(without(files, path)), `without ${path}`);
      const bytes = files.get(path)!;
      assert.ok(await isRefused(new Map([...files, [path, bytes.subarray(0, -1)]])), `cut ${path}`);
      assert.ok(
        await isRefused(new Map([...files, [path, Buffer.concat([bytes, Uint8Array.of(10)])]])),
        `longer ${path}`,
      );
    }
    for (const path of ['data/extra', 'extra.txt', 'data/originals/0003.mp4', 'signatures/other.p7s', 'fetch.txt']) {
      assert.deepEqual(await refusedBy(withFile(files, path)), ['bag.manifests'], path);
    }
  });

  it('refuses names that are unsafe, come twice or are no files', async () => {
    const files = makePackage();
    for (const path of ['../x', '/x', 'data/../x', 'data//x', 'a\\b', '名', 'data/x%25', 'BAGIT.TXT', '-x', 'x/.']) {
      assert.deepEqual(await refusedBy(withFile(files, path)), ['tree.names'], path);
    }
    const tree = treeOf(files);
    const listed = await tree.list();
    const twice = { ...tree, list: async () => [...listed, listed[0]!] };
    assert.deepEqual(await refusedBy(twice), ['tree.names']);
    const link = {
      ...tree,
      list: async () => listed.map((item, i) => (i === 0 ? { ...item, kind: 'other' as const } : item)),
    };
    assert.deepEqual(await refusedBy(link), ['tree.names']);
    const broken = { ...tree, list: () => Promise.reject(new Error('disk')) };
    assert.deepEqual(await refusedBy(broken), ['tree.names']);
    const endless = {
      ...tree,
      read: async function* () {
        for (;;) yield new Uint8Array(1 << 20);
      },
    };
    assert.deepEqual(await refusedBy(endless), ['bag.manifests']);
  });

  it('refuses under other trust than that of its signer', async () => {
    const ids = await refusedBy(makePackage(), otherCa.certificatePem);
    assert.deepEqual(ids, ['bag.signature', 'records.signatures']);
    assert.deepEqual(await refusedBy(makePackage(), 'no certificate'), ['trust']);
    assert.deepEqual(await refusedBy(makePackage(), signer.certificatePem), ['bag.signature', 'records.signatures']);
  });

  it('says so when a tree is neither', async () => {
    assert.deepEqual(await refusedBy(new Map()), ['tree.kind']);
    assert.deepEqual(await refusedBy(new Map([['a.txt', Buffer.from('x')]])), ['tree.kind']);
    assert.deepEqual(await refusedBy(withFile(makePackage(), 'manifest.json')), ['tree.kind']);
  });
});

describe('verification of a receipt', () => {
  it('holds with and without given trust', async () => {
    assert.deepEqual(await refusedBy(makeReceipt()), []);
    assert.deepEqual(await refusedBy(makeReceipt(), ca.certificatePem), []);
    assert.deepEqual(await refusedBy(makeReceipt(), otherCa.certificatePem), ['receipt.list', 'receipt.signature']);
  });

  it('holds the log to the key that the verifier gives', async () => {
    const log = (await linesOf(makeReceipt())).find(({ id }) => id === 'receipt.log');
    assert.match(log?.detail ?? '', /公钥取自包内/);
    const given = (await linesOf(makeReceipt(), undefined, vkey())).find(({ id }) => id === 'receipt.log');
    assert.match(given?.detail ?? '', /公钥由核验者提供/);
    const other = vkey().replace('tiezheng.example', 'other.example');
    assert.deepEqual(await refusedBy(makeReceipt(), undefined, other), ['receipt.log']);
    assert.deepEqual(await refusedBy(makePackage(), undefined, vkey()), []);
    assert.deepEqual(await refusedBy(makePackage(), undefined, other), ['ledger.checkpoint', 'ledger.proofs']);
  });

  it('refuses files that are missing or added', async () => {
    const files = makeReceipt();
    for (const path of files.keys()) assert.notDeepEqual(await refusedBy(without(files, path)), [], path);
    assert.deepEqual(await refusedBy(withFile(files, 'more.txt')), ['receipt.files']);
  });

  it('refuses a signature of a revoked certificate, unless its time stamp is older than the revocation', async () => {
    const listOf = (serial: string, at: string, reason: RevocationReason = 'keyCompromise', since?: string) => {
      const list = { ...{ thisUpdate: time, nextUpdate: new Date('2056-01-01T00:00:00Z'), number: 2 } };
      const entry = { serial, at: new Date(at), reason, ...(since !== undefined && { since: new Date(since) }) };
      return createRevocationList(ca, { ...list, revoked: [entry] });
    };
    const revoked = (...args: Parameters<typeof listOf>) =>
      closeReceipt(makeReceipt().set(receiptPaths.crl, listOf(...args)));
    const [own, stamper] = [signer, tsa].map((identity) => readOnePem(identity.certificatePem).serial);
    const [before, later] = ['2026-11-22T08:00:00Z', '2026-11-23T08:00:00Z'];
    const both = ['receipt.list', 'receipt.time'];
    assert.deepEqual(await refusedBy(revoked(own!, before)), both);
    assert.deepEqual(await refusedBy(revoked(own!, later)), []);
    assert.deepEqual(await refusedBy(revoked(own!, later, 'keyCompromise', before)), both);
    assert.deepEqual(await refusedBy(revoked(own!, later, 'keyCompromise', '2026-11-22T09:00:00Z')), []);
    const all = [...both, 'receipt.anchor'];
    assert.deepEqual(await refusedBy(revoked(stamper!, later)), all);
    assert.deepEqual(await refusedBy(revoked(stamper!, later, 'unspecified')), all);
    assert.deepEqual(await refusedBy(revoked(stamper!, later, 'superseded')), []);
    const givenLater = async (crl: Uint8Array) =>
      (await Array.fromAsync(verifyTree(treeOf(makeReceipt()), { crl }))).flatMap(({ ok, id }) => (ok ? [] : [id]));
    assert.deepEqual(await givenLater(listOf(own!, before)), both);
    assert.deepEqual(await givenLater(listOf(own!, later)), []);
    assert.deepEqual(await givenLater(Buffer.from('no list')), ['trust']);
    const files = makeReceipt();
    const foreign = createRevocationList(otherCa, {
      ...{ thisUpdate: time, nextUpdate: time, number: 1, revoked: [] },
    });
    assert.deepEqual(await refusedBy(closeReceipt(files.set(receiptPaths.crl, foreign))), ['trust']);
  });

  it('says that a time stamp of the own authority is self-issued', async () => {
    const line = (await linesOf(makeReceipt(), ca.certificatePem)).find(({ id }) => id === 'receipt.time');
    assert.match(line?.detail ?? '', /自签时间戳.*self-issued/);
  });

  it('checks receipt.pdf by itself: by the same signer, whole, as it was signed', async () => {
    const withPaper = (pdf: Uint8Array) => closeReceipt(makeReceipt().set(receiptPaths.paper, pdf));
    const pdf = await signedSample();
    assert.deepEqual(await refusedBy(withPaper(pdf), ca.certificatePem), []);
    const line = (await linesOf(withPaper(pdf))).find(({ id }) => id === 'receipt.paper');
    assert.match(line?.detail ?? '', /系统完整性签名.*2026-11-22T08:00:00/);
    for (const other of [pdf.subarray(0, 9000), Buffer.concat([pdf, pdf]), Buffer.from('%PDF-1.7\n%%EOF\n')])
      assert.deepEqual(await refusedBy(withPaper(other)), ['receipt.paper']);
    const cover = signTags(makePackage().set(at.cover, pdf));
    assert.deepEqual(await refusedBy(cover), []);
    assert.deepEqual(await refusedBy(signTags(cover.set(at.cover, pdf.subarray(1)))), ['bag.cover']);
  });

  it('refuses a list that is signed but of other files', async () => {
    const { list, guide } = receiptPaths;
    assert.deepEqual(await refusedBy(closeReceipt(without(makeReceipt(), guide))), ['receipt.files']);
    const short = closeReceipt(without(makeReceipt(), guide));
    assert.deepEqual(await refusedBy(withFile(short, guide)), ['receipt.list']);
    assert.deepEqual(await refusedBy(withFile(makeReceipt(), list)), ['receipt.list']);
  });

  it('refuses changed bytes in every part of every file', async () => {
    const { list } = receiptPaths;
    for await (const [files, where] of flipped(makeReceipt(), [list])) assert.ok(await isRefused(files), where);
    for await (const [files, where] of flipped(makeReceipt(), undefined, 7)) assert.ok(await isRefused(files), where);
  }).timeout(180_000);
});
