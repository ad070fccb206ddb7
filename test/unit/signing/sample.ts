import { createHash } from 'node:crypto';
import { ASIC_MEDIA_TYPE, asicManifest, asicPaths } from '../../../signing/asic.ts';
import { BAGIT_TXT, bagInfoText, manifestText, payloadOxum, safeName } from '../../../signing/bag.ts';
import {
  type Entry,
  encodeEntry,
  entryKey,
  GENESIS_PREV,
  keyCommitment,
  leafHash,
  sealField,
} from '../../../signing/chain.ts';
import { chainVerifier, createLogKeyPem, openLogKey, signCheckpoint } from '../../../signing/checkpoint.ts';
import { signDetached } from '../../../signing/cms.ts';
import { csv } from '../../../signing/csv.ts';
import { sha256Hex } from '../../../signing/digest.ts';
import { encodeManifest, type Manifest } from '../../../signing/manifest.ts';
import { rootOf } from '../../../signing/merkle.ts';
import * as layout from '../../../signing/package-layout.ts';
import { createRevocationList } from '../../../signing/revocation.ts';
import { formatTlogProof } from '../../../signing/tlog-proof.ts';
import { type CheckLine, type Tree, verifyTree } from '../../../signing/verifier.ts';
import { ca, signer, timed, tsa, tsrOf } from './pki.ts';
import { countingRandom } from './support.ts';

/** A small ledger with two sealed records, and the packages and receipts that can be made of it. */

export type Files = Map<string, Uint8Array>;

const random = countingRandom();
const time = new Date('2026-11-22T08:30:00.000Z');
const agency = '0196a000-0000-7000-8000-000000000001';
const logKey = openLogKey('tiezheng.example', createLogKeyPem(random));
const streamKeys = new Map<string, Uint8Array>();
/** CAdES-T. */
const sign = (content: Uint8Array) => timed(signDetached({ content, ...signer, time }), time);
export const crl = createRevocationList(ca, {
  thisUpdate: time,
  nextUpdate: new Date('2056-01-01T00:00:00Z'),
  number: 1,
  revoked: [],
});
const proof = (bytes: Uint8Array) => ({ sha256: sha256Hex(bytes), size: bytes.length });

export const originals = [Buffer.from('footage'), Buffer.from('笔录')];
export const records = originals.map((bytes, index) => {
  const recordId = `0196a000-0000-7000-8000-00000000010${index}`;
  const sm3 = createHash('sm3').update(bytes).digest('hex');
  const manifest: Manifest = {
    v: 1,
    kind: 'tiezheng.manifest',
    agency,
    record: recordId,
    object: { sha256: sha256Hex(bytes), sm3, size: bytes.length, encoding: 'identity' },
    mediaType: index === 0 ? 'video/mp4' : 'text/plain',
    name: `现场 ${index}.mp4`,
    receivedAt: '2026-11-22T08:00:00.000Z',
    sealedAt: '2026-11-22T08:30:00.000Z',
    source: 'dock',
    probe: { status: 'none' },
    findings: [{ code: 'device-unknown' }],
  };
  const manifestBytes = encodeManifest(manifest);
  return {
    recordId,
    bytes,
    manifest,
    manifestBytes,
    signature: sign(manifestBytes),
    tsr: tsrOf(manifestBytes, time),
    file: layout.originalPath(safeName(index + 1, manifest.name)),
  };
});

export const entries: { entry: Entry; bytes: Uint8Array; key: Uint8Array }[] = [];

/** Appends an entry with one event; `personal` becomes its encrypted field `/title`. */
export function append(stream: string, type: string, data: object, personal?: string): void {
  const version = entries.filter(({ entry }) => entry.stream === stream).length + 1;
  const streamKey = streamKeys.get(stream) ?? random(32);
  streamKeys.set(stream, streamKey);
  const key = entryKey(streamKey, version);
  const place = { chain: agency, stream, version, event: 0, pointer: '/title' };
  const title = personal === undefined ? {} : { title: sealField(key, place, personal, random) };
  const last = entries.at(-1);
  const entry: Entry = {
    v: 1,
    chain: agency,
    seq: entries.length,
    prev: last ? Buffer.from(leafHash(last.bytes)).toString('hex') : GENESIS_PREV,
    time: time.toISOString(),
    actor: { id: 'p1', role: 'officer', via: 'session' },
    stream,
    version,
    key: keyCommitment(key),
    events: [{ type, v: 1, data: { ...data, ...title } }],
  };
  entries.push({ entry, key, bytes: encodeEntry(entry) });
}

append('case/1', 'case.opened', {}, '占道经营');
for (const { recordId, manifest, manifestBytes, signature, tsr } of records) {
  append(`record/${recordId}`, 'record.received', { size: manifest.object.size }, '现场');
  const { encoding: _, ...object } = manifest.object;
  append(`record/${recordId}`, 'record.sealed', {
    object,
    manifest: proof(manifestBytes),
    signature: proof(signature),
    timestamp: { ...proof(tsr), at: time.toISOString(), selfIssued: true },
  });
}
append('person/9', 'person.added', {}, '与本案无关');
append('viewing/1', 'viewing.opened', {});

export const vkey = () => chainVerifier(logKey.verifier, agency);

/** RFC 6962 section 2.1.1 word for word, as a second opinion. */
function auditPath(hashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (hashes.length === 1) return [];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...auditPath(left, index), rootOf(right)]
    : [...auditPath(right, index - split), rootOf(left)];
}

export const proofOf = (hashes: readonly Uint8Array[], index: number, checkpoint: string): Buffer =>
  Buffer.from(formatTlogProof({ index, path: auditPath(hashes, index), checkpoint }));

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Files of a package before its manifests; entry 5 is of another matter and left out. */
export function packageParts(): Files {
  const files: Files = new Map();
  records.forEach(({ bytes, file, manifestBytes, signature, tsr }, index) => {
    files.set(file, bytes);
    files.set(layout.manifestPath(index + 1), manifestBytes);
    files.set(layout.manifestSignaturePath(layout.manifestPath(index + 1)), signature);
    files.set(layout.manifestTimestampPath(layout.manifestPath(index + 1)), tsr);
  });
  const given = entries.filter(({ entry }) => entry.stream !== 'person/9');
  for (const { entry, bytes } of given) files.set(layout.entryPath(entry.seq), bytes);
  const at = layout.packagePaths;
  files.set(at.case, json({ id: 1 }));
  for (const path of [at.subjects, at.links, at.viewings]) files.set(path, json([]));
  files.set(
    at.contents,
    Buffer.from(
      csv([
        ['序号', '题名'],
        [1, '=现场'],
      ]),
    ),
  );
  const listed = records.map(
    ({ recordId, file, manifest: { object, name, mediaType } }, index): layout.PackagedRecord => {
      const { encoding: _, ...digests } = object;
      return {
        recordId,
        title: '现场',
        originalName: name,
        file,
        manifest: layout.manifestPath(index + 1),
        mediaType,
        ...digests,
      };
    },
  );
  files.set(at.records, json(listed));
  files.set(
    at.keys,
    json(Object.fromEntries(given.map(({ entry, key }) => [entry.seq, Buffer.from(key).toString('base64url')]))),
  );
  const hashes = entries.map(({ bytes }) => leafHash(bytes));
  const checkpoint = signCheckpoint(logKey, agency, hashes.length, rootOf(hashes));
  files.set(at.checkpoint, Buffer.from(checkpoint));
  files.set(at.checkpointTime, tsrOf(Buffer.from(checkpoint), time));
  files.set(at.logVerifier, Buffer.from(`${vkey()}\n`));
  for (const { entry } of given) files.set(layout.proofPath(entry.seq), proofOf(hashes, entry.seq, checkpoint));
  files.set(at.ca, Buffer.from(ca.certificatePem));
  files.set(at.signer, Buffer.from(signer.certificatePem));
  files.set(at.tsa, Buffer.from(tsa.certificatePem));
  files.set(at.crl, crl);
  files.set(at.guide, Buffer.from('# 核验\n'));
  return files;
}

/** Lists and signs what is there: what anyone with the signer's key could do. */
export function closeBag(files: Files, signWith: (content: Uint8Array) => Uint8Array = sign): Files {
  const at = layout.packagePaths;
  const payload = [...files.keys()].filter((path) => path.startsWith(layout.PAYLOAD));
  files.set(at.declaration, Buffer.from(BAGIT_TXT));
  const oxum = payloadOxum(payload.map((path) => files.get(path)!.length));
  files.set(
    at.info,
    Buffer.from(
      bagInfoText([
        ['Source-Organization', '某市\n执法局'],
        ['Payload-Oxum', oxum],
      ]),
    ),
  );
  files.set(at.manifest, Buffer.from(rows(files, payload)));
  const sm3 = payload.map((path) => ({ path, sm3: createHash('sm3').update(files.get(path)!).digest('hex') }));
  files.set(at.sm3, Buffer.from(manifestText(sm3, 'sm3')));
  return signTags(files, signWith);
}

const rows = (files: Files, paths: string[]) =>
  manifestText(paths.map((path) => ({ path, sha256: sha256Hex(files.get(path)!) })));

/** Lists the tag files as they are now, and signs the list. */
export function signTags(files: Files, signWith: (content: Uint8Array) => Uint8Array = sign): Files {
  const at = layout.packagePaths;
  const tags = [...files.keys()].filter(
    (path) => !path.startsWith(layout.PAYLOAD) && !layout.unlistedPaths.includes(path),
  );
  files.set(at.tagManifest, Buffer.from(rows(files, tags)));
  files.set(at.signature, signWith(files.get(at.tagManifest)!));
  files.set(at.timestamp, tsrOf(files.get(at.tagManifest)!, time));
  return files;
}

export const makePackage = (): Files => closeBag(packageParts());

/** Lists and signs the files of a package as an ASiC-E container. */
export function closeContainer(files: Files, list = (text: string) => text): Files {
  const listed = [...files].map(([path, bytes]) => ({ path, sha256: sha256Hex(bytes) }));
  const manifest = Buffer.from(list(asicManifest(listed)));
  return new Map([
    [asicPaths.mimetype, Buffer.from(ASIC_MEDIA_TYPE)],
    ...files,
    [asicPaths.manifest, manifest],
    [asicPaths.signature, sign(manifest)],
  ]);
}

export function makeReceipt(): Files {
  const at = layout.receiptPaths;
  const [{ manifestBytes, signature, tsr }] = records as [(typeof records)[number]];
  const sealed = entries[2]!;
  const hashes = entries.map(({ bytes }) => leafHash(bytes));
  const checkpoint = signCheckpoint(logKey, agency, hashes.length, rootOf(hashes));
  return closeReceipt(
    new Map<string, Uint8Array>([
      [at.manifest, manifestBytes],
      [at.signature, signature],
      [at.timestamp, tsr],
      [at.tsa, Buffer.from(tsa.certificatePem)],
      [at.crl, crl],
      [at.entry, sealed.bytes],
      [at.key, Buffer.from(`${Buffer.from(sealed.key).toString('base64url')}\n`)],
      [at.ca, Buffer.from(ca.certificatePem)],
      [at.signer, Buffer.from(signer.certificatePem)],
      [at.proof, proofOf(hashes, 2, checkpoint)],
      [at.checkpoint, Buffer.from(checkpoint)],
      [at.checkpointTime, tsrOf(Buffer.from(checkpoint), time)],
      [at.logVerifier, Buffer.from(`${vkey()}\n`)],
      [at.guide, Buffer.from('# 核验\n')],
    ]),
  );
}

/** Lists and signs what is there. */
export function closeReceipt(files: Files): Files {
  const { list, listSignature } = layout.receiptPaths;
  const others = [...files].filter(([path]) => path !== list && path !== listSignature);
  const text = Buffer.from(manifestText(others.map(([path, bytes]) => ({ path, sha256: sha256Hex(bytes) }))));
  return files.set(list, text).set(listSignature, sign(text));
}

export const treeOf = (files: Files): Tree => ({
  list: async () => [...files].map(([path, bytes]) => ({ path, size: bytes.length, kind: 'file' as const })),
  read: async function* (path) {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`no such file: ${path}`);
    yield bytes;
  },
});

/** All lines, of a tree or of files. */
export const linesOf = (files: Files | Tree, trust?: string, vkey?: string): Promise<CheckLine[]> =>
  Array.fromAsync(
    verifyTree(files instanceof Map ? treeOf(files) : files, {
      ...(trust !== undefined && { trust }),
      ...(vkey !== undefined && { vkey }),
    }),
  );

/** Ids of the lines that do not hold. */
export const refusedBy = async (files: Files | Tree, trust?: string, vkey?: string): Promise<string[]> =>
  (await linesOf(files, trust, vkey)).filter(({ ok }) => !ok).map(({ id }) => id);

/** Whether any line does not hold; stops at the first. */
export async function isRefused(files: Files | Tree): Promise<boolean> {
  for await (const { ok } of verifyTree(files instanceof Map ? treeOf(files) : files)) if (!ok) return true;
  return false;
}

/** Each byte of every file (or of those named), or one in `step`, changed in turn; the file is put back between. */
export async function* flipped(
  files: Files,
  only?: readonly string[],
  step = 1,
): AsyncGenerator<[files: Files, where: string]> {
  for (const [path, bytes] of [...files].filter(([name]) => only?.includes(name) ?? true)) {
    for (let at = 0; at < bytes.length; at += step) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      files.set(path, changed);
      yield [files, `${path} byte ${at}`];
    }
    files.set(path, bytes);
  }
}

export { agency, logKey, sign, time };
