import { canonicalBytes, parseCanonical } from './canonical.ts';
import { isDigestHex, sha256 } from './digest.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isInstant, isText } from './shape.ts';
import { type Trust, verifyTrusted } from './trust.ts';
import { demandInForce } from './verify-time.ts';

/** That one file may be taken off a card, by one dock, within a time: docs/formats/erase-permit.md. Instants are RFC 3339, UTC, milliseconds. */
export interface ErasePermit {
  v: 1;
  kind: 'tiezheng.erase-permit';
  permit: string;
  agency: string;
  record: string;
  dock: string;
  /** Serial number of the recorder, where it is known. */
  device?: string;
  /** Of the file on the card. */
  name: string;
  object: { readonly sha256: string; readonly size: number };
  /** SHA-256, hex, of the sealing manifest. */
  manifest: string;
  issuedAt: string;
  eraseFrom: string;
  expiresAt: string;
  /** Version of the policy set that it was given under. */
  policy: number;
}

const REQUIRED = [
  ...['v', 'kind', 'permit', 'agency', 'record', 'dock', 'name', 'object', 'manifest'],
  ...['issuedAt', 'eraseFrom', 'expiresAt', 'policy'],
];
const LIMIT = 8192;

/** The exact bytes (RFC 8785). Throws ProofError `PERMIT_INVALID`. */
export const encodeErasePermit = (permit: ErasePermit): Uint8Array => canonicalBytes(checkPermit(permit));

/** Reads a permit's exact bytes. Throws ProofError `PERMIT_INVALID`, `CANONICAL_*`. */
function decodeErasePermit(bytes: Uint8Array): ErasePermit {
  if (bytes.length > LIMIT) throw new ProofError('PERMIT_INVALID', `larger than ${LIMIT} bytes`);
  return checkPermit(parseCanonical(bytes));
}

function checkPermit(value: unknown): ErasePermit {
  const fields = fieldsOf(value, REQUIRED, ['device'], 'PERMIT_INVALID', 'permit');
  const object = fieldsOf(fields.object, ['sha256', 'size'], [], 'PERMIT_INVALID', 'object');
  const texts = ['permit', 'agency', 'record', 'dock', 'name'].every((name) => isText(fields[name]));
  const instants = ['issuedAt', 'eraseFrom', 'expiresAt'].every((name) => isInstant(fields[name]));
  const whole =
    fields.v === 1 &&
    fields.kind === 'tiezheng.erase-permit' &&
    (fields.device === undefined || isText(fields.device)) &&
    [object.sha256, fields.manifest].every(isDigestHex) &&
    [object.size, fields.policy].every(isCount);
  if (!texts || !instants || !whole) throw new ProofError('PERMIT_INVALID', 'the permit is not as it must be');
  return fields as unknown as ErasePermit;
}

/** What the file is that is about to be erased, as the one who erases knows it. */
export interface Erasing {
  agency: string;
  record: string;
  dock: string;
  name: string;
  sha256: string;
  size: number;
  /** Of the receipt that was verified. */
  manifest: string;
  now: Date;
}

/**
 * Demands that a permit is signed under the certificates that are believed, that none was revoked, and that it is for this file, this dock and this
 * time. Throws ProofError `PERMIT_*`, and what the signature's verification throws.
 */
export function demandPermit(bytes: Uint8Array, signature: Uint8Array, trust: Trust, erasing: Erasing): ErasePermit {
  const permit = decodeErasePermit(bytes);
  demandInForce(verifyTrusted(signature, sha256(bytes), trust), trust.time);
  const { agency, record, dock, name, sha256: digest, size, manifest, now } = erasing;
  const same =
    permit.agency === agency &&
    permit.record === record &&
    permit.dock === dock &&
    permit.name === name &&
    permit.object.sha256 === digest &&
    permit.object.size === size &&
    permit.manifest === manifest;
  if (!same) throw new ProofError('PERMIT_OTHER', 'the permit is for another file');
  const at = now.toISOString();
  if (at < permit.eraseFrom) throw new ProofError('PERMIT_EARLY', `not before ${permit.eraseFrom}`);
  if (at >= permit.expiresAt) throw new ProofError('PERMIT_EXPIRED', `it ended at ${permit.expiresAt}`);
  return permit;
}
