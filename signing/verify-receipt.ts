import { readManifest } from './bag.ts';
import { decodeEntry, type Entry } from './chain.ts';
import { type CheckLine, check } from './checklist.ts';
import { sha256, sha256Hex } from './digest.ts';
import { demandInLog, openSignedLog } from './log-trust.ts';
import { decodeManifest, type Manifest } from './manifest.ts';
import { demandSame, openEntryFields, readEntryKey, type SealProofs, sealingOf } from './open-entry.ts';
import { receiptPaths as at, optionalPaths } from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { readSmall, type Subject, textOf } from './tree.ts';
import { openTrust, signedBy, verifyBySigner, verifyTrusted } from './trust.ts';
import { demandAnchor } from './verify-anchor.ts';
import { demandPaper, paperWords } from './verify-pdf.ts';
import { verifySm2 } from './verify-sm2.ts';
import { demandInForce, demandTime, openTime, standingWords, timedBy } from './verify-time.ts';

const LIMIT = 1_048_576;

/** The list of what must be true of a receipt: docs/formats/receipt.md. */
export async function* verifyReceipt(subject: Subject): AsyncGenerator<CheckLine> {
  const { tree, sizes, trust: given, vkey, witnesses, crl } = subject;
  const read = (path: string) => readSmall(tree, path, LIMIT);
  const files = await check(
    ['receipt.files', '文件齐全，没有多余文件', 'all files are there, and no others'],
    async (findings) => {
      const known: string[] = Object.values(at);
      for (const path of known) findings.demand(sizes.has(path) || optionalPaths.includes(path), `missing: ${path}`);
      for (const path of sizes.keys()) findings.demand(known.includes(path), `not part of a receipt: ${path}`);
    },
  );
  yield files.line;
  if (!files.line.ok) return;

  const readIfThere = async (path: string) => (sizes.has(path) ? await read(path) : undefined);
  const trust = await check(['trust', '证书可以读取', 'the certificates can be read'], async (findings) => {
    const opened = openTrust(given, textOf(await read(at.ca)), textOf(await read(at.signer)), findings);
    const tsa = await readIfThere(at.tsa);
    const files = { tsa: tsa && textOf(tsa), crl: await readIfThere(at.crl), given: crl };
    return { ...opened, time: openTime(files, opened.inside, findings) };
  });
  yield trust.line;
  if (!trust.value) return;
  const believed = trust.value;

  const list = await check(
    ['receipt.list', '签名的清单列出全部文件，摘要相符', 'a signed list has the digest of every file'],
    async (findings) => {
      const text = await read(at.list);
      demandInForce(verifyBySigner(await read(at.listSignature), sha256(text), believed), believed.time);
      const listed = readManifest(textOf(text));
      const others = [...sizes.keys()].filter((path) => path !== at.list && path !== at.listSignature);
      findings.demand(listed.size === others.length, 'the list is of other files');
      for (const path of others) {
        findings.demand(sha256Hex(await read(path)) === listed.get(path), `not as listed: ${path}`);
      }
    },
  );
  yield list.line;

  if (sizes.has(at.paper)) {
    const paper = await check(paperWords('receipt.paper', at.paper), async (findings) =>
      demandPaper(await read(at.paper), believed, findings),
    );
    yield paper.line;
  }

  const manifest = await check(
    ['receipt.manifest', '固化清单格式严格规范', 'the manifest is in its exact form'],
    async () => {
      const bytes = await read(at.manifest);
      return { bytes, content: decodeManifest(bytes) };
    },
  );
  yield manifest.line;
  if (!manifest.value) return;
  const { bytes, content } = manifest.value;

  const signature = await read(at.signature).catch(() => new Uint8Array());
  const signed = await check(
    ['receipt.signature', '清单的系统完整性签名有效', 'the signature over the manifest holds'],
    (findings) => {
      const verified = verifyTrusted(signature, sha256(bytes), believed);
      findings.note(signedBy(verified));
      return verified;
    },
  );
  yield signed.line;

  const verified = signed.value;
  const tsr = await readIfThere(at.timestamp).catch(() => undefined);
  const timed = await check(
    [
      'receipt.time',
      '时间戳（若有）有效，证书未被吊销',
      'the time stamp, if any, holds and no certificate was revoked',
    ],
    (findings) => {
      if (!verified) return;
      const standing = demandTime({ signed: verified, contentSha256: sha256(bytes), tsr }, believed);
      findings.note(`${standingWords[standing]} ${timedBy(verified)}`.trim());
    },
  );
  if (verified) yield timed.line;

  const sm2 = await readIfThere(at.sm2).catch(() => undefined);
  yield* verifySm2('receipt.sm2', subject, [at.sm2, at.sm2Signer, at.sm2Ca], async () => {
    const [signers, ca] = [await readIfThere(at.sm2Signer), await readIfThere(at.sm2Ca)];
    if (!sm2) throw new ProofError('SM2_FILES', 'there is no SM2 signature here');
    return {
      signers: signers && textOf(signers),
      ca: ca && textOf(ca),
      content: bytes,
      signature: sm2,
      beside: verified,
    };
  });

  const entry = await check(
    [
      'receipt.entry',
      '账本条目格式严格规范，密钥承诺相符，字段可以解密',
      'the ledger entry is in its exact form and opens with its key',
    ],
    async () => {
      const raw = await read(at.entry);
      const decoded = decodeEntry(raw);
      openEntryFields(decoded, readEntryKey(textOf(await read(at.key))));
      return { raw, decoded };
    },
  );
  yield entry.line;
  if (!entry.value) return;

  const { raw, decoded: value } = entry.value;
  const agreed = await check(
    ['receipt.sealed', '条目所记的清单、签名和原件与回执一致', 'the entry names this manifest, signature and original'],
    (findings) => {
      demandSealed(value, content, { bytes, signature, tsr, sm2 });
      const { sha256: digest, sm3, size } = content.object;
      findings.note(`SHA-256 ${digest}${sm3 ? `, SM3 ${sm3}` : ''}, ${size} bytes`);
    },
  );
  yield agreed.line;

  const logged = await check(
    [
      'receipt.log',
      '账本检查点签名有效，条目在账本之内',
      'the checkpoint of the log is signed, and the log holds the entry',
    ],
    async (findings) => {
      const text = async (path: string) => textOf(await read(path));
      const keys = { given: vkey, inside: await text(at.logVerifier), witnesses };
      const log = openSignedLog(await text(at.checkpoint), keys, value.chain, findings);
      demandInLog(await text(at.proof), { seq: value.seq, entry: raw }, log);
      findings.note(`${log.origin}, ${value.seq} < ${log.size}`);
      return log;
    },
  );
  yield logged.line;
  const log = logged.value;
  if (!log) return;

  const anchored = await check(
    ['receipt.anchor', '账本检查点的时间戳（若有）有效', 'the time stamp of the checkpoint, if any, holds'],
    async (findings) => demandAnchor(log, await readIfThere(at.checkpointTime), believed, findings),
  );
  yield anchored.line;
}

function demandSealed(entry: Entry, manifest: Manifest, proofs: SealProofs): void {
  if (entry.chain !== manifest.agency || entry.stream !== `record/${manifest.record}`) {
    throw new ProofError('ENTRY_OTHER', 'the entry is of another record');
  }
  const sealing = sealingOf(entry);
  if (!sealing) throw new ProofError('ENTRY_OTHER', 'the entry seals nothing');
  demandSame(sealing, manifest, proofs);
}
