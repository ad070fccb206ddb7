import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { BAGIT_TXT, bagInfoText, manifestText, payloadOxum, safeName } from '../../signing/bag.ts';
import { sha256Hex } from '../../signing/digest.ts';
import {
  entryPath,
  manifestPath,
  manifestSignaturePath,
  manifestSm2Path,
  manifestTimestampPath,
  originalPath,
  packagePaths,
  personalSignaturePath,
  proofPath,
} from '../../signing/package-layout.ts';
import {
  certificatesKey,
  manifestKey,
  originalKey,
  personalSignatureKey,
  signatureKey,
  sm2Key,
  timestampKey,
} from '../../storage/objects/layout.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import { agencyName } from '../access/agency-name.ts';
import type { Deps } from '../deps.ts';
import { allowedTypes } from '../ingest/type-list.ts';
import type { Anchored } from '../log/anchors.ts';
import { dayOf } from '../policy/day.ts';
import type { RecordState } from '../records/events.ts';
import { stillInForce } from '../seal/sign-timed.ts';
import { partCertificates, signBeside } from '../seal/sm2-beside.ts';
import { timeSignature } from '../seal/timestamper.ts';
import { coverOf } from './cover.ts';
import type { Dossier } from './dossier.ts';
import type { ExportForm } from './events.ts';
import { ExportFault } from './export-fault.ts';
import { caseName, metadataFiles, type Placed } from './metadata.ts';
import { type PackageZip, type Packed, SourceDiffers } from './package-zip.ts';

/** Puts everything in, the payload first; returns the SHA-256 of the tag manifest, which the signature is over. */
export async function fill(deps: Deps, dossier: Dossier, form: ExportForm, zip: PackageZip): Promise<string> {
  const { signer, time } = deps;
  const payload: Packed[] = [];
  const placed: Placed[] = [];
  for (const [at, record] of dossier.records.entries()) {
    const found = record.state === 'sealed' ? await addRecord(deps, dossier.chain, record, at + 1, zip, payload) : {};
    placed.push({ record, ...found });
  }
  for (const sha256 of personalSignaturesOf(dossier)) {
    const bytes = await buffer(await deps.evidence.get(personalSignatureKey(dossier.chain, sha256)));
    if (sha256Hex(bytes) !== sha256) throw new ExportFault('DIGEST_MISMATCH', []);
    payload.push(zip.addBytes(personalSignaturePath(sha256), bytes));
  }
  for (const { seq, bytes } of dossier.entries) payload.push(zip.addBytes(entryPath(seq), bytes));
  const tags: Packed[] = [];
  const tag = (path: string, content: string | Uint8Array) => tags.push(zip.addBytes(path, Buffer.from(content)));
  tag(packagePaths.declaration, BAGIT_TXT);
  tag(packagePaths.info, bagInfoText(await bagInfo(deps, dossier, payload)));
  const manifest = manifestText(payload);
  tag(packagePaths.manifest, manifest);
  tag(packagePaths.sm3, manifestText(payload, 'sm3'));
  for (const [path, content] of await metadataFiles(deps, dossier, placed, form)) tag(path, content);
  tag(packagePaths.keys, `${JSON.stringify(keysOf(dossier), undefined, 2)}\n`);
  const { published, proofs } = await proven(deps, dossier);
  const facts = { payload: sha256Hex(Buffer.from(manifest)), log: published };
  tag(packagePaths.cover, await coverOf(deps, dossier, placed, facts));
  for (const [seq, proof] of proofs) tag(proofPath(seq), proof);
  tag(packagePaths.checkpoint, published.note);
  if (published.tsr) tag(packagePaths.checkpointTime, published.tsr);
  tag(packagePaths.logVerifier, `${deps.log.verifierKey(dossier.chain)}\n`);
  tag(packagePaths.ca, signer.caPem);
  tag(packagePaths.signer, signer.certificatePem);
  if (deps.page) tag(packagePaths.page, deps.page);
  tag(packagePaths.tsa, time.tsaPem);
  tag(packagePaths.crl, time.crl());
  const sm2 = await sm2Certificates(deps, dossier);
  if (sm2) {
    tag(packagePaths.sm2Signer, sm2.signers);
    tag(packagePaths.sm2Ca, sm2.issuers);
  }
  const tagManifest = Buffer.from(manifestText(tags));
  const { sha256 } = zip.addBytes(packagePaths.tagManifest, tagManifest);
  const signature = await signer.sign(tagManifest);
  const timed = await timeSignature(deps.timestamper, signature, tagManifest);
  // One that was revoked meanwhile would be refused by every verifier; the next try is signed by another.
  if (!stillInForce(deps, { signer, time })) throw new Error('the certificates changed meanwhile');
  zip.addBytes(packagePaths.signature, timed?.signature ?? signature);
  if (timed) zip.addBytes(packagePaths.timestamp, timed.tsr);
  const beside = await signBeside(deps, dossier.chain, tagManifest);
  if (beside) zip.addBytes(packagePaths.sm2, beside.signature);
  return sha256;
}

/** Of all that signed here, those of earlier certificates too; undefined when nothing is signed with SM2. */
async function sm2Certificates(deps: Deps, { chain, records }: Dossier) {
  const stored = records.flatMap(({ id, sm2 }) => (sm2 ? [[sm2.certificates.sha256, id] as const] : []));
  const chains: string[] = [];
  for (const [sha256, id] of new Map(stored))
    chains.push(await text(await open(deps, certificatesKey(chain, sha256), id)));
  const now = deps.sm2.get(chain);
  if (now) chains.push(now.certificatePem + now.caPem);
  return chains.length > 0 ? partCertificates(chains) : undefined;
}

/** Those that entries of the package tell of, by digest. */
function personalSignaturesOf({ records, grants }: Dossier): Set<string> {
  const ofRecords = records.flatMap(({ confirmations = [] }) => confirmations);
  const all = [...ofRecords, ...grants.flatMap(({ answered }) => answered?.signature ?? [])];
  return new Set(all.map(({ signature }) => signature.sha256));
}

async function addRecord(
  deps: Deps,
  chain: string,
  record: RecordState,
  index: number,
  zip: PackageZip,
  payload: Packed[],
): Promise<Omit<Placed, 'record'>> {
  const { object, manifest: sealed, timestamp, sm2 } = record;
  const signature = record.timedSignature ?? record.signature;
  if (!object || !sealed || !signature) throw new Error(`${record.id} is sealed and names no object`);
  const file = originalPath(safeName(index, record.name, extensionOf(record.mediaType)));
  const manifest = manifestPath(index);
  const reading = async (key: string) => await open(deps, key, record.id);
  payload.push(await addOriginal(record.id, object, file, () => reading(originalKey(chain, object.sha256)), zip));
  for (const [path, key, proof] of [
    [manifest, manifestKey(chain, sealed.sha256), sealed],
    [manifestSignaturePath(manifest), signatureKey(chain, signature.sha256), signature],
    ...(timestamp
      ? [[manifestTimestampPath(manifest), timestampKey(chain, timestamp.sha256), timestamp] as const]
      : []),
    ...(sm2 ? [[manifestSm2Path(manifest), sm2Key(chain, sm2.sha256), sm2] as const] : []),
  ] as const) {
    const bytes = await buffer(await reading(key));
    if (createHash('sha256').update(bytes).digest('hex') !== proof.sha256)
      throw new ExportFault('DIGEST_MISMATCH', [record.id]);
    payload.push(zip.addBytes(path, bytes));
  }
  return { file, manifest };
}

const extensionOf = (mediaType: string | undefined): string | undefined =>
  allowedTypes.find((type) => type.mediaType === mediaType)?.extension;

async function addOriginal(
  recordId: string,
  sealed: { sha256: string; sm3?: string; size: number },
  file: string,
  source: () => Promise<Readable>,
  zip: PackageZip,
): Promise<Packed> {
  try {
    const original = await zip.addStream(file, source, sealed);
    if (original.sha256 === sealed.sha256) return original;
  } catch (error) {
    if (!(error instanceof SourceDiffers)) throw error;
  }
  throw new ExportFault('DIGEST_MISMATCH', [recordId]);
}

async function open(deps: Deps, key: string, recordId: string): Promise<Readable> {
  try {
    return await deps.evidence.get(key);
  } catch (cause) {
    if (cause instanceof ObjectMissing) throw new ExportFault('OBJECT_MISSING', [recordId], { cause });
    throw cause;
  }
}

async function bagInfo(deps: Deps, dossier: Dossier, payload: readonly Packed[]): Promise<[string, string][]> {
  return [
    ['Source-Organization', await agencyName(deps, dossier.chain)],
    ['External-Description', dossier.case.state.cause],
    ['External-Identifier', caseName(dossier)],
    ['Internal-Sender-Identifier', dossier.case.state.id],
    ['Bagging-Date', dayOf(deps.now().toISOString(), deps.config.ZONE)],
    ['Bag-Software-Agent', 'Tiezheng'],
    ['Payload-Oxum', payloadOxum(payload.map(({ size }) => size))],
  ];
}

/** How long a package waits for the checkpoint over its entries, in ms; then it is begun again later. */
const PATIENCE_MS = 15_000;

/** Each entry's proof to the one checkpoint that covers them all. */
async function proven(
  deps: Deps,
  { chain, entries }: Dossier,
): Promise<{ published: Anchored; proofs: [number, string][] }> {
  const last = entries.at(-1)?.seq ?? 0;
  const published = await deps.anchors.covering(chain, last, PATIENCE_MS);
  if (!published) throw new Error(`entry ${last} is not published`);
  const prove = deps.log.prover(chain, published);
  const proofs: [number, string][] = [];
  for (const { seq, bytes } of entries) proofs.push([seq, await prove(seq, bytes)]);
  return { published, proofs };
}

const keysOf = ({ entries }: Dossier) =>
  Object.fromEntries(
    entries.flatMap(({ seq, key }) => (key ? [[String(seq), Buffer.from(key).toString('base64url')]] : [])),
  );
