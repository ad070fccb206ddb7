import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { manifestText } from '../../signing/bag.ts';
import { entryKey } from '../../signing/chain.ts';
import { timestampable, withTimestamp } from '../../signing/cms.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { receiptPaths } from '../../signing/package-layout.ts';
import { certificatesKey, manifestKey, signatureKey, sm2Key, timestampKey } from '../../storage/objects/layout.ts';
import { agencyName } from '../access/agency-name.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Anchored } from '../log/anchors.ts';
import { receiptPaper } from '../paper/receipt-paper.ts';
import { signedPaper } from '../paper/signed-paper.ts';
import type { RecordState } from '../records/events.ts';
import { receiptGuide } from './receipt-guide.ts';
import type { Signer } from './signer.ts';
import { partCertificates } from './sm2-beside.ts';

interface Asked {
  /** Whether receipt.pdf is in it: it is for people, and dearer than all the rest. */
  paper: boolean;
  /** How long its entry may take to be published, in ms. */
  patienceMs: number;
}

/** The receipt as a zip. Undefined and throws as `receiptFiles`. */
export async function receiptOf(
  deps: Deps,
  chain: string,
  record: RecordState,
  asked: Asked,
): Promise<Readable | undefined> {
  const files = await receiptFiles(deps, chain, record, asked);
  if (!files || !record.sealedAt) return undefined;
  const zip = new ZipFile();
  const mtime = new Date(record.sealedAt);
  for (const [path, bytes] of files) zip.addBuffer(Buffer.from(bytes), path, { mtime, compress: false });
  zip.end();
  return zip.outputStream as Readable;
}

/**
 * The files of a sealed record's receipt by path: manifest, signature, time stamp and SM2 signature if any, the entry that sealed it with its key, certificates
 * and their revocation list, receipt.pdf for people, the proof that the published log holds the entry, and a signed list of the digests of all of them (docs/formats/receipt.md). Undefined when its entry is
 * not published within `patienceMs`: a receipt never precedes its checkpoint. Throws NOT_SEALED.
 */
export async function receiptFiles(
  deps: Deps,
  chain: string,
  record: RecordState,
  { paper, patienceMs }: Asked,
): Promise<[path: string, bytes: Uint8Array][] | undefined> {
  const { manifest, timestamp, sm2, sealedSeq, sealedAt } = record;
  const { signer, time } = deps;
  const signature = record.timedSignature ?? record.signature;
  if (!manifest || !signature || sealedSeq === undefined || !sealedAt) throw new Fault('NOT_SEALED');
  const [entry] = await deps.ledgerStore.range(chain, sealedSeq, 1);
  if (!entry) throw new Error(`entry ${sealedSeq} is missing`);
  const published = await deps.anchors.covering(chain, sealedSeq, patienceMs);
  if (!published) return undefined;
  const proof = await deps.log.prover(chain, published)(sealedSeq, entry.bytes);
  const key = entryKey(await deps.keys.streamKey(chain, entry.stream), entry.version);
  const files: [string, Uint8Array][] = [
    [receiptPaths.manifest, await bytesOf(deps, manifestKey(chain, manifest.sha256))],
    [receiptPaths.signature, await bytesOf(deps, signatureKey(chain, signature.sha256))],
    [receiptPaths.entry, entry.bytes],
    [receiptPaths.key, Buffer.from(Buffer.from(key).toString('base64url'))],
    [receiptPaths.ca, Buffer.from(signer.caPem)],
    [receiptPaths.signer, Buffer.from(signer.certificatePem)],
    [receiptPaths.tsa, Buffer.from(time.tsaPem)],
    [receiptPaths.crl, time.crl()],
    [receiptPaths.proof, Buffer.from(proof)],
    [receiptPaths.checkpoint, Buffer.from(published.note)],
    [receiptPaths.logVerifier, Buffer.from(`${deps.log.verifierKey(chain)}\n`)],
    [receiptPaths.guide, Buffer.from(receiptGuide(record))],
  ];
  if (paper) files.push([receiptPaths.paper, await paperOf(deps, chain, record, { seq: sealedSeq, entry, published })]);
  if (timestamp) files.push([receiptPaths.timestamp, await bytesOf(deps, timestampKey(chain, timestamp.sha256))]);
  if (published.tsr) files.push([receiptPaths.checkpointTime, published.tsr]);
  if (sm2) {
    const chainPem = Buffer.from(await bytesOf(deps, certificatesKey(chain, sm2.certificates.sha256))).toString();
    const { signers, issuers } = partCertificates([chainPem]);
    files.push([receiptPaths.sm2, await bytesOf(deps, sm2Key(chain, sm2.sha256))]);
    files.push([receiptPaths.sm2Signer, Buffer.from(signers)], [receiptPaths.sm2Ca, Buffer.from(issuers)]);
  }
  const list = Buffer.from(manifestText(files.map(([path, bytes]) => ({ path, sha256: sha256Hex(bytes) }))));
  files.push([receiptPaths.list, list], [receiptPaths.listSignature, await signStamped(deps, signer, list)]);
  return files;
}

/** receipt.pdf, by our own authority, which always answers; the time of sealing is in the manifest's stamp. */
async function paperOf(
  deps: Deps,
  chain: string,
  record: RecordState,
  { seq, entry, published }: { seq: number; entry: { bytes: Uint8Array }; published: Anchored },
): Promise<Uint8Array> {
  const { signer, time, now, config } = deps;
  const draft = receiptPaper({
    ...{ agency: { id: chain, name: await agencyName(deps, chain) }, record, published, signer, zone: config.ZONE },
    ...{ entry: { seq, bytes: entry.bytes }, verifierKey: deps.log.verifierKey(chain) },
  });
  return await signedPaper({ signer, timestamper: time.timestamper, now, zone: config.ZONE }, draft);
}

/** With a stamp of our own authority, which always answers: so what is signed outlives a later revocation of its signer. */
export async function signStamped({ time }: Pick<Deps, 'time'>, signer: Signer, list: Uint8Array): Promise<Uint8Array> {
  const signature = await signer.sign(list);
  const stamp = await time.timestamper.stamp(timestampable(signature));
  return stamp ? withTimestamp(signature, stamp.token) : signature;
}

/** The exact bytes of a record's manifest. Throws NOT_SEALED. */
export async function manifestBytes(deps: Deps, chain: string, { manifest }: RecordState): Promise<Uint8Array> {
  if (!manifest) throw new Fault('NOT_SEALED');
  return await bytesOf(deps, manifestKey(chain, manifest.sha256));
}

async function bytesOf(deps: Deps, key: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await deps.evidence.get(key)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
