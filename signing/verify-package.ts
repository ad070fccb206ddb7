import { BAGIT_TXT, payloadOxum, readBagInfo, readManifest } from './bag.ts';
import { type CheckLine, check, type Findings } from './checklist.ts';
import { sha256 } from './digest.ts';
import {
  packagePaths as at,
  optionalPaths,
  PAYLOAD,
  payloadKind,
  seqOfProofPath,
  unlistedPaths,
} from './package-layout.ts';
import type { Sm2Trust } from './sm2-trust.ts';
import { digestsOf, readListed, readSmall, type Subject, textOf } from './tree.ts';
import { openTrust, signedBy, type Trust, verifyBySigner } from './trust.ts';
import { verifyEntries } from './verify-entries.ts';
import { demandPaper, paperWords } from './verify-pdf.ts';
import { verifyPersonal } from './verify-personal.ts';
import { verifyRecords } from './verify-records.ts';
import { verifySm2 } from './verify-sm2.ts';
import { demandTime, openTime, standingWords, timedBy } from './verify-time.ts';

/** A package whose shape, digests and signature hold. */
export interface Bag extends Subject {
  /** Path to SHA-256, as the manifests list. */
  payload: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
  /** SM3 of the originals, by path; of the whole payload when the package lists it. */
  sm3: ReadonlyMap<string, string>;
  believed: Trust;
  /** Undefined when there is nothing of SM2 here. */
  sm2: Sm2Trust | undefined;
}

const MANIFEST_LIMIT = 128 * 1_048_576;
const TAG_LIMIT = 64 * 1_048_576;
const PEM_LIMIT = 262_144;

/** The list of what must be true of a package: docs/formats/package.md. Returns it when its shape can be read and its certificates too. */
export async function* verifyPackage(subject: Subject): AsyncGenerator<CheckLine, Bag | undefined> {
  const { tree, sizes, digest } = subject;

  const manifests = await check(
    ['bag.manifests', '清单列出且仅列出包内全部文件', 'the manifests list every file, and nothing else'],
    async (findings) => {
      const payload = readManifest(textOf(await readSmall(tree, at.manifest, MANIFEST_LIMIT)));
      const tags = readManifest(textOf(await readSmall(tree, at.tagManifest, MANIFEST_LIMIT)));
      demandListed(sizes, payload, tags, findings);
      return { payload, tags };
    },
  );
  yield manifests.line;
  if (!manifests.line.ok || !manifests.value) return undefined;
  const { payload, tags } = manifests.value;
  const tag = async (path: string, limit = TAG_LIMIT) => textOf(await readListed(tree, path, tags, limit));

  const digested = await check(
    ['bag.tag-digests', '标签文件与摘要相符', 'tag files have the digests listed'],
    async (findings) => {
      for (const [path, listed] of tags) {
        await findings.within(path, async () => {
          const { digests } = await digestsOf(tree, path, sizes.get(path) ?? 0, ['sha256'], digest);
          findings.demand(digests.get('sha256') === listed, `changed: ${path}`);
        });
      }
    },
  );
  yield digested.line;
  if (!digested.line.ok) return undefined;

  const declared = await check(
    [
      'bag.declaration',
      '符合 BagIt 1.0（RFC 8493），载荷总数相符',
      'it is a BagIt 1.0 bag (RFC 8493) of the size it says',
    ],
    async (findings) => {
      findings.demand((await tag(at.declaration)) === BAGIT_TXT, 'bagit.txt is not that of BagIt 1.0 in UTF-8');
      const oxum = readBagInfo(await tag(at.info, PEM_LIMIT)).filter(([label]) => label === 'Payload-Oxum');
      const actual = payloadOxum([...payload.keys()].map((path) => sizes.get(path) ?? 0));
      findings.demand(oxum.length === 1 && oxum[0]?.[1] === actual, `Payload-Oxum is not ${actual}`);
    },
  );
  yield declared.line;

  const listed = { ...subject, payload, tags };
  const originals = await check(
    [
      'bag.payload-digests',
      '原件、清单和账本条目与摘要相符',
      'originals, manifests and entries have the digests listed',
    ],
    (findings) => digestPayload(listed, findings),
  );
  yield originals.line;
  const sm3 = originals.value ?? new Map<string, string>();

  if (tags.has(at.sm3)) {
    const seconds = await check(
      [
        'bag.sm3-digests',
        'SM3 摘要目录列出且仅列出载荷全部文件，摘要相符',
        'the SM3 list has every payload file, with its digest',
      ],
      async (findings) => {
        const second = readManifest(await tag(at.sm3, MANIFEST_LIMIT));
        for (const path of payload.keys()) findings.demand(second.get(path) === sm3.get(path), `another SM3: ${path}`);
        findings.demand(second.size === payload.size, 'the SM3 list is of other files');
      },
    );
    yield seconds.line;
  }

  const trust = await check(['trust', '证书可以读取', 'the certificates can be read'], async (findings) => {
    const opened = openTrust(subject.trust, await tag(at.ca, PEM_LIMIT), await tag(at.signer, PEM_LIMIT), findings);
    const tsa = tags.has(at.tsa) ? await tag(at.tsa, PEM_LIMIT) : undefined;
    const crl = tags.has(at.crl) ? await readListed(tree, at.crl, tags, MANIFEST_LIMIT) : undefined;
    return { ...opened, time: openTime({ tsa, crl, given: subject.crl }, opened.inside, findings) };
  });
  yield trust.line;
  const believed = trust.value;
  if (!believed) return undefined;

  const signature = await check(
    ['bag.signature', '全包的系统完整性签名有效', 'the signature over the whole package holds'],
    async (findings) => {
      const contentSha256 = sha256(await readSmall(tree, at.tagManifest, MANIFEST_LIMIT));
      const signed = verifyBySigner(await readSmall(tree, at.signature, PEM_LIMIT), contentSha256, believed);
      findings.note(signedBy(signed));
      return { signed, contentSha256 };
    },
  );
  yield signature.line;

  const time = await check(
    [
      'bag.time',
      '全包的时间戳（若有）有效，证书未被吊销',
      'the time stamp of the package, if any, holds and no certificate was revoked',
    ],
    async (findings) => {
      if (!signature.value) return;
      const tsr = sizes.has(at.timestamp) ? await readSmall(tree, at.timestamp, PEM_LIMIT) : undefined;
      const standing = demandTime({ ...signature.value, tsr }, believed);
      findings.note(`${standingWords[standing]} ${timedBy(signature.value.signed)}`.trim());
    },
  );
  if (signature.value) yield time.line;

  const sm2 = yield* verifySm2('bag.sm2', subject, [at.sm2, at.sm2Signer, at.sm2Ca], async () => ({
    signers: tags.has(at.sm2Signer) ? await tag(at.sm2Signer, PEM_LIMIT) : undefined,
    ca: tags.has(at.sm2Ca) ? await tag(at.sm2Ca, PEM_LIMIT) : undefined,
    content: await readSmall(tree, at.tagManifest, MANIFEST_LIMIT),
    signature: sizes.has(at.sm2) ? await readSmall(tree, at.sm2, PEM_LIMIT) : undefined,
    beside: signature.value?.signed,
  }));

  if (tags.has(at.cover)) {
    const cover = await check(paperWords('bag.cover', at.cover), async (findings) =>
      demandPaper(await readListed(tree, at.cover, tags, TAG_LIMIT), believed, findings),
    );
    yield cover.line;
  }

  const bag: Bag = { ...listed, believed, sm3, sm2 };
  const ledger = yield* verifyEntries(bag);
  yield* verifyRecords(bag, ledger);
  yield* verifyPersonal(bag, ledger);
  return bag;
}

/** RFC 8493 section 3: complete. And every file of ours has its place: payload by kind, tag files by name. */
function demandListed(
  sizes: ReadonlyMap<string, number>,
  payload: ReadonlyMap<string, string>,
  tags: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  for (const path of payload.keys()) {
    findings.demand(payloadKind(path) !== undefined, `not part of a package: ${path}`);
    findings.demand(sizes.has(path), `missing: ${path}`);
  }
  const known = Object.values<string>(at).filter((path) => !unlistedPaths.includes(path));
  for (const path of tags.keys()) {
    const part = known.includes(path) || seqOfProofPath(path) !== undefined;
    findings.demand(part, `not part of a package: ${path}`);
    findings.demand(sizes.has(path), `missing: ${path}`);
  }
  for (const path of known) {
    const absent = optionalPaths.includes(path) && !sizes.has(path);
    findings.demand(tags.has(path) || absent, `not listed: ${path}`);
  }
  for (const path of unlistedPaths)
    findings.demand(sizes.has(path) || optionalPaths.includes(path), `missing: ${path}`);
  for (const path of sizes.keys()) {
    const listed = path.startsWith(PAYLOAD) ? payload : tags;
    findings.demand(listed.has(path) || unlistedPaths.includes(path), `not listed: ${path}`);
  }
}

/** Reads the whole payload once; returns the SM3 of what is listed elsewhere by it: all of it, or the originals. */
async function digestPayload(
  bag: Omit<Bag, 'sm3' | 'sm2' | 'believed'>,
  findings: Findings,
): Promise<Map<string, string>> {
  const { tree, sizes, payload, digest } = bag;
  const second = new Map<string, string>();
  const all = bag.tags.has(at.sm3);
  const withSm3 = all || textOf(await readListed(tree, at.records, bag.tags, TAG_LIMIT)).includes('"sm3"');
  for (const [path, listed] of payload) {
    await findings.within(path, async () => {
      const both = all || (withSm3 && payloadKind(path) === 'original');
      const names = both ? (['sha256', 'sm3'] as const) : (['sha256'] as const);
      const { size, digests } = await digestsOf(tree, path, sizes.get(path) ?? 0, names, digest);
      findings.demand(digests.get('sha256') === listed, `changed: ${path}`);
      findings.demand(size === sizes.get(path), `cut: ${path}`);
      const sm3 = digests.get('sm3');
      if (sm3 !== undefined) second.set(path, sm3);
    });
  }
  return second;
}
