import { canonicalBytes, type Json, parseCanonical } from './canonical.ts';
import { isDigestHex } from './digest.ts';
import { checkDocumentSignatures, type DocumentSignature } from './document-signature.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isInstant, isText } from './shape.ts';

/** An original by the digests of its plain bytes. */
export interface ManifestObject {
  /** Hex. */
  sha256: string;
  /** Hex; where configured. */
  sm3?: string;
  /** Bytes. */
  size: number;
  /** How the bytes rest in the store. */
  encoding: 'identity';
}

/** What was sealed: the statement that a record's signature is over. docs/formats/manifest.md. */
export interface Manifest {
  /** 2 when it has `documentSignatures`, else 1. */
  v: 1 | 2;
  kind: 'tiezheng.manifest';
  agency: string;
  record: string;
  object: ManifestObject;
  mediaType: string;
  /** The original file name, in any language. */
  name: string;
  /** RFC 3339, UTC, milliseconds; by the server's clock. */
  receivedAt: string;
  sealedAt: string;
  source: string;
  device?: string;
  /** RFC 3339 instants, and the stamp as the device wrote it. */
  capturedFrom?: string;
  capturedTo?: string;
  capturedRaw?: string;
  /** What the sender said of the bytes before they came. */
  declared?: { sha256?: string; size?: number };
  probe: { readonly status: 'ok' | 'unavailable' | 'failed' | 'none'; readonly [name: string]: Json };
  findings: { code: string; detail?: string }[];
  /** What was found of the signatures in a document that came in signed. */
  documentSignatures?: readonly DocumentSignature[];
}

/** Larger manifests are refused, bytes. */
export const MANIFEST_LIMIT = 1_048_576;

const REQUIRED = [
  'v',
  'kind',
  'agency',
  'record',
  'object',
  'mediaType',
  'name',
  'receivedAt',
  'sealedAt',
  'source',
  'probe',
  'findings',
];
const OPTIONAL = ['device', 'capturedFrom', 'capturedTo', 'capturedRaw', 'declared', 'documentSignatures'];
const STATES: unknown[] = ['ok', 'unavailable', 'failed', 'none'];

/** The exact bytes of a manifest. Throws ProofError `MANIFEST_INVALID` or what `canonicalBytes` throws. */
export const encodeManifest = (manifest: Manifest): Uint8Array => limited(canonicalBytes(checkManifest(manifest)));

/** Reads a manifest's exact bytes; unknown fields, wrong types and other encodings are refused by ProofError. */
export const decodeManifest = (bytes: Uint8Array): Manifest => checkManifest(parseCanonical(limited(bytes)));

function checkManifest(value: unknown): Manifest {
  const fields = fieldsOf(value, REQUIRED, OPTIONAL, 'MANIFEST_INVALID', 'manifest');
  const signed = Object.hasOwn(fields, 'documentSignatures');
  demand(fields.v === (signed ? 2 : 1) && fields.kind === 'tiezheng.manifest', 'kind');
  if (signed) checkDocumentSignatures(fields.documentSignatures);
  for (const name of ['agency', 'record', 'mediaType', 'source']) demand(isText(fields[name]), name);
  demand(typeof fields.name === 'string', 'name');
  for (const name of ['receivedAt', 'sealedAt']) demand(isInstant(fields[name]), name);
  for (const name of ['device', 'capturedFrom', 'capturedTo', 'capturedRaw']) {
    demand(!Object.hasOwn(fields, name) || isText(fields[name]), name);
  }
  const object = fieldsOf(fields.object, ['sha256', 'size', 'encoding'], ['sm3'], 'MANIFEST_INVALID', 'object');
  demand(isDigestHex(object.sha256) && isCount(object.size) && object.encoding === 'identity', 'object');
  demand(!Object.hasOwn(object, 'sm3') || isDigestHex(object.sm3), 'object.sm3');
  if (Object.hasOwn(fields, 'declared')) checkDeclared(fields.declared);
  const probe = fields.probe as { status?: unknown } | null;
  demand(probe !== null && typeof probe === 'object' && STATES.includes(probe.status), 'probe');
  demand(Array.isArray(fields.findings), 'findings');
  for (const item of fields.findings as unknown[]) {
    const finding = fieldsOf(item, ['code'], ['detail'], 'MANIFEST_INVALID', 'finding');
    demand(isText(finding.code), 'finding.code');
    demand(!Object.hasOwn(finding, 'detail') || typeof finding.detail === 'string', 'finding.detail');
  }
  return fields as unknown as Manifest;
}

function checkDeclared(value: unknown): void {
  const declared = fieldsOf(value, [], ['sha256', 'size'], 'MANIFEST_INVALID', 'declared');
  demand(!Object.hasOwn(declared, 'sha256') || isDigestHex(declared.sha256), 'declared.sha256');
  demand(!Object.hasOwn(declared, 'size') || isCount(declared.size), 'declared.size');
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MANIFEST_LIMIT) throw new ProofError('MANIFEST_INVALID', `larger than ${MANIFEST_LIMIT} bytes`);
  return bytes;
}

function demand(holds: boolean, field: string): void {
  if (!holds) throw new ProofError('MANIFEST_INVALID', `manifest: ${field} is not as it must be`);
}
