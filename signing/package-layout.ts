/** Where things are in a package, in a receipt and in the proof of an entry; docs/formats/package.md, receipt.md and entry-proof.md. Paths from the root, parted by slashes. */

/** Where a package has what there is once in it: docs/formats/package.md. */
export const packagePaths = {
  declaration: 'bagit.txt',
  info: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  signature: 'signatures/tagmanifest-sha256.txt.p7s',
  timestamp: 'signatures/tagmanifest-sha256.txt.tsr',
  sm2: 'signatures/tagmanifest-sha256.txt.sm2',
  case: 'metadata/case.json',
  subjects: 'metadata/subjects.json',
  records: 'metadata/records.json',
  links: 'metadata/links.json',
  viewings: 'metadata/viewings.json',
  contents: 'metadata/contents.csv',
  sm3: 'metadata/digests-sm3.txt',
  keys: 'ledger/keys.json',
  checkpoint: 'ledger/checkpoint',
  checkpointTime: 'ledger/checkpoint.tsr',
  logVerifier: 'ledger/log.vkey',
  ca: 'certs/ca.pem',
  signer: 'certs/signer.pem',
  tsa: 'certs/tsa.pem',
  crl: 'certs/ca.crl',
  sm2Signer: 'certs/sm2.pem',
  sm2Ca: 'certs/sm2-ca.pem',
  cover: 'cover.pdf',
  guide: 'VERIFY.md',
  page: 'verify.html',
} as const;

/** Neither manifest lists these: the tag manifest itself, the signatures and the time stamp over it. */
export const unlistedPaths: readonly string[] = [
  packagePaths.tagManifest,
  packagePaths.signature,
  packagePaths.timestamp,
  packagePaths.sm2,
];

/** Where a receipt has its files: docs/formats/receipt.md. */
export const receiptPaths = {
  manifest: 'manifest.json',
  signature: 'manifest.json.p7s',
  timestamp: 'manifest.json.tsr',
  sm2: 'manifest.json.sm2',
  entry: 'entry.json',
  key: 'entry.key',
  ca: 'certs/ca.pem',
  signer: 'certs/signer.pem',
  tsa: 'certs/tsa.pem',
  crl: 'certs/ca.crl',
  sm2Signer: 'certs/sm2.pem',
  sm2Ca: 'certs/sm2-ca.pem',
  proof: 'entry.tlog-proof',
  checkpoint: 'checkpoint',
  checkpointTime: 'checkpoint.tsr',
  logVerifier: 'log.vkey',
  paper: 'receipt.pdf',
  guide: 'VERIFY.md',
  list: 'sha256.txt',
  listSignature: 'sha256.txt.p7s',
} as const;

/** The proof that the log holds an entry, whatever it is of; docs/formats/entry-proof.md. */
export const entryProofPaths = {
  entry: receiptPaths.entry,
  proof: receiptPaths.proof,
  checkpoint: receiptPaths.checkpoint,
  checkpointTime: receiptPaths.checkpointTime,
  logVerifier: receiptPaths.logVerifier,
  ca: receiptPaths.ca,
  signer: receiptPaths.signer,
  tsa: receiptPaths.tsa,
  crl: receiptPaths.crl,
  guide: receiptPaths.guide,
} as const;

/**
 * What may be absent: time when no authority gave it (verify-time.ts says which of these come together), SM2 when the agency has no such
 * certificate, the page of the verifier when it was not built, and what packages had not at first.
 */
export const optionalPaths: readonly string[] = [
  packagePaths.sm3,
  packagePaths.timestamp,
  packagePaths.tsa,
  packagePaths.crl,
  packagePaths.checkpointTime,
  receiptPaths.timestamp,
  receiptPaths.checkpointTime,
  packagePaths.sm2,
  packagePaths.sm2Signer,
  packagePaths.sm2Ca,
  receiptPaths.sm2,
  packagePaths.cover,
  receiptPaths.paper,
  packagePaths.page,
];

/** The payload of a bag (RFC 8493 section 2.1.2). */
export const PAYLOAD = 'data/';

/** `name` is what safeName (bag.ts) gives. */
export const originalPath = (name: string): string => `data/originals/${name}`;

/** The manifest of the `index`th record, from 1. */
export const manifestPath = (index: number): string => `data/manifests/${String(index).padStart(4, '0')}.json`;

/** The CAdES signature over a manifest, beside it. */
export const manifestSignaturePath = (manifest: string): string => `${manifest}.p7s`;

/** Absent when no authority gave the time. */
export const manifestTimestampPath = (manifest: string): string => `${manifest}.tsr`;

/** Absent when the agency had no SM2 certificate. */
export const manifestSm2Path = (manifest: string): string => `${manifest}.sm2`;

/** What a person signed with, by the SHA-256 of the file itself; the entry that tells of it names that. */
export const personalSignaturePath = (sha256: string): string => `data/signatures/${sha256}`;

/** The bytes of a ledger entry. */
export const entryPath = (seq: number): string => `data/entries/${String(seq).padStart(8, '0')}.json`;

/** The proof that the log holds an entry: a tag file, since it is made for the package. */
export const proofPath = (seq: number): string => `proofs/${String(seq).padStart(8, '0')}.tlog-proof`;

/** The seq that a proof's path names; undefined for other paths. */
export function seqOfProofPath(path: string): number | undefined {
  const seq = Number(/^proofs\/(\d{8,16})\.tlog-proof$/.exec(path)?.[1]);
  return Number.isSafeInteger(seq) && proofPath(seq) === path ? seq : undefined;
}

/** What a path under data/ is; undefined for what has no place there. */
export function payloadKind(
  path: string,
): 'original' | 'manifest' | 'signature' | 'timestamp' | 'sm2' | 'personal-signature' | 'entry' | undefined {
  if (/^data\/originals\/\d{4,}\.[a-z0-9]{1,10}$/.test(path)) return 'original';
  if (/^data\/manifests\/\d{4,}\.json$/.test(path)) return 'manifest';
  if (/^data\/manifests\/\d{4,}\.json\.p7s$/.test(path)) return 'signature';
  if (/^data\/manifests\/\d{4,}\.json\.tsr$/.test(path)) return 'timestamp';
  if (/^data\/manifests\/\d{4,}\.json\.sm2$/.test(path)) return 'sm2';
  if (/^data\/signatures\/[0-9a-f]{64}$/.test(path)) return 'personal-signature';
  return seqOfEntryPath(path) === undefined ? undefined : 'entry';
}

/** The seq that an entry's path names; undefined for other paths. */
export function seqOfEntryPath(path: string): number | undefined {
  const seq = Number(/^data\/entries\/(\d{8,16})\.json$/.exec(path)?.[1]);
  return Number.isSafeInteger(seq) && entryPath(seq) === path ? seq : undefined;
}

/**
 * One record of metadata/records.json. `file` and `manifest` are paths in the package and come together with the digests; they
 * are absent for what has no original here (quarantined or disposed). More fields may stand beside these.
 */
export interface PackagedRecord {
  recordId: string;
  title: string;
  originalName: string;
  file?: string;
  manifest?: string;
  sha256?: string;
  sm3?: string;
  size?: number;
  mediaType?: string;
}
