import { type Entry, isSealedField, keyCommitment, openField } from './chain.ts';
import { withoutTimestamp } from './cms.ts';
import { isDigestHex, sha256Hex } from './digest.ts';
import type { Manifest } from './manifest.ts';
import { pointerPart } from './pointer.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount } from './shape.ts';

/** Reading entries as a stranger does who was given their keys. */

/** What a `record.sealed` event says, as far as proofs go. */
export interface Sealing {
  object: { sha256: string; sm3?: string; size: number };
  manifest: { sha256: string; size: number };
  signature: { sha256: string; size: number };
  /** Of the `.tsr` over the manifest, when an authority gave the time at sealing. */
  timestamp?: { sha256: string; size: number };
  /** Of the SM2 signature over the manifest, when the agency had an SM2 certificate. */
  sm2?: { sha256: string; size: number };
}

/** An entry key as it is handed over: 43 characters of base64url, a line end may follow. Throws ProofError `ENTRY_KEY`. */
export function readEntryKey(text: unknown): Uint8Array {
  const encoded = typeof text === 'string' ? text.replace(/\n$/, '') : '';
  const key = Buffer.from(encoded, 'base64url');
  if (key.length !== 32 || key.toString('base64url') !== encoded) throw new ProofError('ENTRY_KEY', 'not an entry key');
  return key;
}

/** The events of an entry with every personal field opened. Throws ProofError `KEY_COMMITMENT` or `FIELD_CLOSED`. */
export function openEntryFields(entry: Entry, key: Uint8Array): Entry['events'] {
  if (keyCommitment(key) !== entry.key)
    throw new ProofError('KEY_COMMITMENT', 'the key is not the one the entry commits to');
  const { chain, stream, version } = entry;
  return entry.events.map((event, index) => {
    const open = (node: unknown, pointer: string): unknown => {
      if (isSealedField(node)) return openField(key, { chain, stream, version, event: index, pointer }, node);
      if (Array.isArray(node)) return node.map((item, i) => open(item, `${pointer}/${i}`));
      if (node === null || typeof node !== 'object') return node;
      return Object.fromEntries(
        Object.entries(node).map(([name, field]) => [name, open(field, `${pointer}/${pointerPart(name)}`)]),
      );
    };
    return { ...event, data: open(event.data, '') };
  });
}

/** The sealing that an entry records; undefined when it records none. Throws ProofError `SEALING_INVALID`. */
export function sealingOf(entry: Entry): Sealing | undefined {
  const [event, ...others] = entry.events.filter(({ type }) => type === 'record.sealed');
  if (!event) return undefined;
  const data = event.data as Record<string, unknown>;
  const proof = (name: 'manifest' | 'signature' | 'timestamp' | 'sm2', more: string[] = []) => {
    const { sha256, size } = fieldsOf(data[name], ['sha256', 'size', ...more], [], 'SEALING_INVALID', name);
    if (!isDigestHex(sha256) || !isCount(size)) throw new ProofError('SEALING_INVALID', `${name} is not as it must be`);
    return { sha256, size };
  };
  const { sha256, sm3, size } = fieldsOf(data.object, ['sha256', 'size'], ['sm3'], 'SEALING_INVALID', 'object');
  if (others.length > 0 || !isDigestHex(sha256) || !isCount(size) || !(sm3 === undefined || isDigestHex(sm3))) {
    throw new ProofError('SEALING_INVALID', 'object is not as it must be');
  }
  const object = { sha256, size, ...(sm3 !== undefined && { sm3 }) };
  const timestamp = data.timestamp === undefined ? {} : { timestamp: proof('timestamp', ['at', 'selfIssued']) };
  const sm2 = data.sm2 === undefined ? {} : { sm2: proof('sm2', ['certificates']) };
  return { object, manifest: proof('manifest'), signature: proof('signature'), ...timestamp, ...sm2 };
}

/** Exact bytes of what lies beside a record's original. */
export interface SealProofs {
  /** The manifest. */
  bytes: Uint8Array;
  signature: Uint8Array;
  tsr: Uint8Array | undefined;
  sm2: Uint8Array | undefined;
}

/**
 * Demands that what an entry says was sealed is this manifest, this signature (or the one that it grew from, when the time came later), this time
 * stamp, this SM2 signature and the manifest's object. Throws ProofError `SEALING_OTHER`.
 */
export function demandSame(sealing: Sealing, { object }: Manifest, { bytes, signature, tsr, sm2 }: SealProofs): void {
  const differs = (what: string): never => {
    throw new ProofError('SEALING_OTHER', `the entry names another ${what}`);
  };
  const is = (proof: { sha256: string; size: number }, of: Uint8Array) =>
    proof.sha256 === sha256Hex(of) && proof.size === of.length;
  if (!is(sealing.manifest, bytes)) differs('manifest');
  if (!is(sealing.signature, signature) && !is(sealing.signature, withoutTimestamp(signature))) differs('signature');
  if (sealing.timestamp && !(tsr && is(sealing.timestamp, tsr))) differs('time stamp');
  if (sealing.sm2 ? !(sm2 && is(sealing.sm2, sm2)) : sm2) differs('SM2 signature');
  const same = (name: 'sha256' | 'sm3' | 'size') => sealing.object[name] === object[name];
  if (!same('sha256') || !same('sm3') || !same('size')) differs('original');
}
