import { type CheckLine, check, type Findings } from './checklist.ts';
import type { Verified } from './cms.ts';
import { isDigestHex, sha256 } from './digest.ts';
import { decodeManifest, MANIFEST_LIMIT, type Manifest } from './manifest.ts';
import { demandSame } from './open-entry.ts';
import {
  packagePaths as at,
  manifestSignaturePath,
  manifestSm2Path,
  manifestTimestampPath,
  type PackagedRecord,
  payloadKind,
} from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { isCount, isText } from './shape.ts';
import { readListed, textOf } from './tree.ts';
import { verifyTrusted } from './trust.ts';
import type { Ledger } from './verify-entries.ts';
import type { Bag } from './verify-package.ts';
import { verifySm2Records } from './verify-sm2.ts';
import { demandTime, standingWords, type TimeStanding } from './verify-time.ts';

type Packed = PackagedRecord & Required<Pick<PackagedRecord, 'file' | 'manifest' | 'sha256' | 'size' | 'mediaType'>>;

const TAG_LIMIT = 64 * 1_048_576;
const CMS_LIMIT = 65_536;

/** Records: the list, and for each its original, manifest, signature and entry. */
export async function* verifyRecords(bag: Bag, ledger: Ledger): AsyncGenerator<CheckLine> {
  const list = await check(
    ['records.list', '记录目录与包内原件、清单一一对应', 'the list of records names every original and manifest'],
    async (findings) => {
      const records = readRecords(textOf(await readListed(bag.tree, at.records, bag.tags, TAG_LIMIT)));
      demandComplete(bag, ledger, records, findings);
      return records.filter(isPacked);
    },
  );
  yield list.line;
  const packed = list.value ?? [];

  const manifests = await check(
    [
      'records.manifests',
      '每份固化清单与原件、目录及账本一致',
      'each manifest agrees with its original, the list and the ledger',
    ],
    async (findings) => {
      for (const record of packed) await findings.within(record.manifest, () => demandManifest(bag, ledger, record));
    },
  );
  yield manifests.line;

  const verified = new Map<string, { signed: Verified; contentSha256: Uint8Array }>();
  const signatures = await check(
    ['records.signatures', '每份固化清单的系统完整性签名有效', 'the signature over each manifest holds'],
    async (findings) => {
      for (const { manifest } of packed) {
        await findings.within(manifestSignaturePath(manifest), async () => {
          const bytes = await readListed(bag.tree, manifest, bag.payload, MANIFEST_LIMIT);
          const cms = await readListed(bag.tree, manifestSignaturePath(manifest), bag.payload, CMS_LIMIT);
          const signed = verifyTrusted(cms, sha256(bytes), bag.believed);
          verified.set(manifest, { signed, contentSha256: sha256(bytes) });
        });
      }
      findings.note(`${packed.length} 份 manifests`);
    },
  );
  yield signatures.line;

  const times = await check(
    [
      'records.times',
      '每份清单的时间戳（若有）有效，证书未被吊销',
      'the time stamp of each manifest, if any, holds and no certificate was revoked',
    ],
    async (findings) => {
      const count = new Map<TimeStanding, number>();
      for (const { manifest } of packed) {
        await findings.within(manifestTimestampPath(manifest), async () => {
          const signed = verified.get(manifest);
          if (!signed) return;
          const standing = demandTime(
            { ...signed, tsr: await readIfThere(bag, manifestTimestampPath(manifest)) },
            bag.believed,
          );
          count.set(standing, (count.get(standing) ?? 0) + 1);
        });
      }
      for (const [standing, number] of count) findings.note(`${number} × ${standingWords[standing]}`);
    },
  );
  yield times.line;
  yield* verifySm2Records(
    bag,
    packed.map(({ manifest }) => manifest),
    verified,
  );
}

async function readIfThere(bag: Bag, path: string): Promise<Uint8Array | undefined> {
  return bag.payload.has(path) ? await readListed(bag.tree, path, bag.payload, CMS_LIMIT) : undefined;
}

const isPacked = (record: PackagedRecord): record is Packed => record.file !== undefined;

function readRecords(text: string): PackagedRecord[] {
  const list = JSON.parse(text) as unknown;
  if (!Array.isArray(list)) throw new ProofError('RECORDS_INVALID', 'metadata/records.json is no list');
  for (const item of list as (PackagedRecord | null)[]) {
    const named = item !== null && typeof item === 'object' && isText(item.recordId);
    if (!named || typeof item.title !== 'string' || typeof item.originalName !== 'string') {
      throw new ProofError('RECORDS_INVALID', 'a record without id, title or name');
    }
    const { file, manifest, sha256: digest, size, mediaType, sm3 } = item;
    const whole = isText(file) && isText(manifest) && isDigestHex(digest) && isCount(size) && isText(mediaType);
    const bare = file === undefined && manifest === undefined;
    if (!(whole || bare) || !(sm3 === undefined || isDigestHex(sm3))) {
      throw new ProofError(
        'RECORDS_INVALID',
        `${item.recordId}: file, manifest, sha256, size and mediaType come together`,
      );
    }
  }
  return list as PackagedRecord[];
}

/** Each record once, each original and manifest named, nothing sealed left out unless it was disposed of. */
function demandComplete(bag: Bag, ledger: Ledger, records: readonly PackagedRecord[], findings: Findings): void {
  const ids = new Set<string>();
  const named = new Set<string>();
  for (const record of records) {
    findings.demand(!ids.has(record.recordId), `listed twice: ${record.recordId}`);
    ids.add(record.recordId);
    if (!isPacked(record)) {
      const { recordId } = record;
      const gone = ledger.disposed.has(`record/${recordId}`);
      findings.demand(gone || !ledger.sealings.has(recordId), `the original of ${recordId} is missing`);
      continue;
    }
    const { file, manifest } = record;
    findings.demand(payloadKind(file) === 'original' && bag.payload.has(file), `no original: ${file}`);
    findings.demand(payloadKind(manifest) === 'manifest' && bag.payload.has(manifest), `no manifest: ${manifest}`);
    findings.demand(!named.has(manifest), `the manifest of two records: ${manifest}`);
    named.add(file).add(manifest);
    for (const beside of [manifestSignaturePath, manifestTimestampPath, manifestSm2Path]) named.add(beside(manifest));
  }
  for (const path of bag.payload.keys()) {
    const elsewhere = ['entry', 'personal-signature'].includes(payloadKind(path) ?? '');
    findings.demand(elsewhere || named.has(path), `of no record: ${path}`);
  }
  for (const record of ledger.sealings.keys()) findings.demand(ids.has(record), `sealed, but not listed: ${record}`);
}

async function demandManifest(bag: Bag, ledger: Ledger, record: Packed): Promise<void> {
  const bytes = await readListed(bag.tree, record.manifest, bag.payload, MANIFEST_LIMIT);
  const signature = await readListed(bag.tree, manifestSignaturePath(record.manifest), bag.payload, CMS_LIMIT);
  const manifest: Manifest = decodeManifest(bytes);
  const { object } = manifest;
  demand(manifest.record === record.recordId, 'it is of another record');
  demand(manifest.agency === ledger.chain, 'it is of another agency');
  demand(manifest.name === record.originalName, 'the original name is another');
  demand(manifest.mediaType === record.mediaType, 'the media type is another');
  demand(object.sha256 === bag.payload.get(record.file), `${record.file} is another original`);
  demand(object.size === bag.sizes.get(record.file), `${record.file} has another size`);
  demand(object.sha256 === record.sha256 && object.size === record.size, 'the list has another digest or size');
  demand(object.sm3 === record.sm3, 'the list has another SM3');
  demand(object.sm3 === undefined || object.sm3 === bag.sm3.get(record.file), `${record.file} has another SM3`);
  const sealing = ledger.sealings.get(record.recordId);
  if (!sealing) throw new ProofError('MANIFEST_OTHER', 'no entry seals it');
  const tsr = await readIfThere(bag, manifestTimestampPath(record.manifest));
  const sm2 = await readIfThere(bag, manifestSm2Path(record.manifest));
  demandSame(sealing, manifest, { bytes, signature, tsr, sm2 });
}

function demand(holds: boolean, reason: string): void {
  if (!holds) throw new ProofError('MANIFEST_OTHER', reason);
}
