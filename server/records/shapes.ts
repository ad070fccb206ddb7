import { z } from 'zod';
import { DOCUMENT_SIGNATURES, documentResults } from '../../signing/document-signature.ts';
import { personal } from '../ledger/kind.ts';
import { marks } from '../policy/original-carriers.ts';

/** The parts that records are made of: used by events, routes and the sealer alike. */

export const id = z.uuid();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const instant = z.iso.datetime({ offset: true });

export const recordKinds = ['text', 'audio', 'video', 'image', 'other'] as const;
/** Where a record comes from. */
export const sources = [
  'dock',
  'upload',
  'phone',
  'vehicle',
  'drone',
  'cctv',
  'scan',
  'handed-in',
  'other-agency',
] as const;
export const confidentialities = ['ordinary', 'internal', 'sensitive'] as const;
/** 行政处罚法 art. 46: the eight kinds of evidence. */
export const evidenceKinds = [
  'documentary',
  'physical',
  'audiovisual',
  'electronic',
  'testimony',
  'party-statement',
  'expert-opinion',
  'inspection-record',
] as const;

export const objectRef = z.strictObject({
  sha256,
  sm3: sha256.optional(),
  size: z.int().nonnegative(),
});
/** A manifest or a signature, by the digest of its own bytes. */
export const proofRef = z.strictObject({ sha256, size: z.int().positive() });

/** A `.tsr` over a manifest, the time that it gives, and whether the authority is our own. */
export const timestampRef = proofRef.extend({ at: instant, selfIssued: z.boolean() });

/** An SM2 signature over a manifest, and the certificates that it is verified under. */
export const sm2Ref = proofRef.extend({ certificates: proofRef });

/** Something a clerk should look at; never a reason to refuse footage. `detail` may name things and people. */
export const finding = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]{1,60}$/),
  detail: personal(z.string().max(1000)).optional(),
});

/** What was found of one signature in a document that came in signed: signing/document-signature.ts. */
export const documentSignature = z.strictObject({
  format: z.string().max(64).optional(),
  result: z.enum(documentResults),
  reason: z.string().max(200).optional(),
  signer: z.strictObject({ subject: z.string().max(500), serial: z.string().max(80) }).optional(),
  claimedAt: instant.optional(),
  stamped: z.strictObject({ at: instant, by: z.string().max(500), trusted: z.boolean() }).optional(),
  laterBytes: z.int().nonnegative().optional(),
});

/** When it was captured: instants, the stamp as the device wrote it, and the rule by which its zone was read. */
export const captured = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  raw: z.string().max(200).optional(),
  zoneRule: z.string().max(100).optional(),
});

/** For scans: what the original is, where it lies, and who compared the scan with it (行诉证据 art. 10). */
export const carrier = z.strictObject({
  original: personal(z.string().max(500)),
  comparedBy: personal(z.string().max(200)).optional(),
});

/** What another system calls it. */
export const externalId = z.strictObject({
  system: z.string().min(1).max(64),
  id: personal(z.string().min(1).max(128)),
});

/** What is known when the bytes are all there. Unknown device, officer, case or time is a finding, never a refusal. */
export const arrival = z.strictObject({
  door: z.enum(['tus', 'multipart']),
  source: z.enum(sources),
  kind: z.enum(recordKinds),
  title: personal(z.string().max(500)),
  /** The original file name, in any language. */
  name: personal(z.string().max(1024)),
  mediaType: z.string().max(200).optional(),
  size: z.int().nonnegative(),
  declared: z.strictObject({ sha256: sha256.optional(), mediaType: z.string().max(200).optional() }),
  /** The collecting department as of then. */
  departmentId: z.string(),
  uploadedBy: z.string(),
  filmedBy: z.string().optional(),
  deviceId: z.string().optional(),
  deviceSerial: z.string().max(64).optional(),
  dockId: z.string().optional(),
  captured: captured.optional(),
  place: personal(z.string().max(500)).optional(),
  carrier: carrier.optional(),
  confidentiality: z.enum(confidentialities),
  /** What was marked at the camera. */
  mark: z.enum(marks).optional(),
  /** Why it goes to quarantine at sealing whatever its digest says (an executable from a dock, an empty file). */
  suspect: z.string().optional(),
  findings: z.array(finding),
});

/** What a correction may set; the bytes and what sealing found are not among it. */
export const correctable = z.strictObject({
  title: personal(z.string().min(1).max(500)).optional(),
  source: z.enum(sources).optional(),
  filmedBy: id.optional(),
  deviceId: id.optional(),
  captured: captured.optional(),
  place: personal(z.string().max(500)).optional(),
  carrier: carrier.optional(),
  confidentiality: z.enum(confidentialities).optional(),
  mark: z.enum(marks).optional(),
});

export const sealing = z.strictObject({
  object: objectRef,
  manifest: proofRef,
  signature: proofRef,
  /** Absent when no authority answered. */
  timestamp: timestampRef.optional(),
  /** There when the agency has an SM2 certificate. */
  sm2: sm2Ref.optional(),
  mediaType: z.string(),
  kind: z.enum(recordKinds),
  /** What ffprobe or the image's own tags say, as media/probe.ts shapes it; GPS may be in it. */
  probe: personal(z.json()),
  /** Taken from the file where the arrival told none. */
  captured: captured.optional(),
  /** The first record in this agency that has the same bytes. */
  duplicateOf: z.string().optional(),
  findings: z.array(finding),
  /** Of a document that came in signed; names of people are in it. */
  documentSignatures: personal(z.array(documentSignature).max(DOCUMENT_SIGNATURES)).optional(),
});

/** That a dock may take the file off a card: signing/erase-permit.ts. Its signature is an object of the evidence store. */
export const erasePermit = z.strictObject({
  permitId: id,
  dockId: z.string(),
  /** The exact bytes; they name a file. */
  statement: personal(z.string().max(8192)),
  signature: proofRef,
  issuedAt: instant,
  expiresAt: instant,
});

export const quarantineReason = z.enum(['digest-mismatch', 'size-mismatch', 'executable', 'empty']);

/** record ↔ subject, case, stage: at least one of subject and case; a stage needs its case. */
export const link = z.strictObject({
  linkId: z.string(),
  subjectId: z.string().optional(),
  caseId: z.string().optional(),
  stage: z.string().max(32).optional(),
  /** The part of the footage that is meant, in milliseconds from its start. */
  range: z.strictObject({ fromMs: z.int().nonnegative(), toMs: z.int().positive() }).optional(),
  evidenceKind: z.enum(evidenceKinds).optional(),
});
