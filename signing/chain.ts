import { hash } from 'node:crypto';
import { canonicalBytes, parseCanonical } from './canonical.ts';
import { isDigestHex } from './digest.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isInstant, isText } from './shape.ts';

export type { SealedField } from './entry-key.ts';
export { entryKey, isSealedField, keyCommitment, openField, sealField, unwrapKey, wrapKey } from './entry-key.ts';

export interface Actor {
  id: string;
  role: string;
  via: 'session' | 'device' | 'system';
}

export interface EntryEvent {
  type: string;
  v: number;
  data: unknown;
}

/** A ledger entry; docs/formats/entry.md. */
export interface Entry {
  v: 1;
  chain: string;
  /** Counts from 0 in its chain. */
  seq: number;
  /** Leaf hash of entry `seq - 1`, hex; GENESIS_PREV for entry 0. */
  prev: string;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  actor: Actor;
  stream: string;
  /** Counts from 1 in its stream. */
  version: number;
  /** SHA-256 of the entry's key, hex: see entry-key.ts. */
  key: string;
  events: EntryEvent[];
  /** Marks of the request that asked for it, blinded, hex. */
  request?: { id: string; digest: string };
}

/** `prev` of a chain's first entry. */
export const GENESIS_PREV = '0'.repeat(64);

/** C2SP tlog-tiles entry bundles write an entry's length in 16 bits. */
export const ENTRY_LIMIT = 65_535;

const LEAF = Uint8Array.of(0);

/** RFC 6962 section 2.1: SHA-256(0x00 ‖ bytes), 32 bytes. */
export const leafHash = (bytes: Uint8Array): Uint8Array => hash('sha256', Buffer.concat([LEAF, bytes]), 'buffer');

/** The exact bytes of an entry. Throws ProofError `ENTRY_INVALID` or `ENTRY_TOO_LARGE`, or what `canonicalBytes` throws. */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = canonicalBytes(checkEntry(entry));
  if (bytes.length > ENTRY_LIMIT) {
    throw new ProofError('ENTRY_TOO_LARGE', `an entry has at most ${ENTRY_LIMIT} bytes, this one has ${bytes.length}`);
  }
  return bytes;
}

/** Reads an entry's exact bytes; unknown fields, wrong types and other encodings are refused by ProofError. */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_LIMIT) throw new ProofError('ENTRY_TOO_LARGE', `${bytes.length} bytes`);
  return checkEntry(parseCanonical(bytes));
}

const NAMES = ['v', 'chain', 'seq', 'prev', 'time', 'actor', 'stream', 'version', 'key', 'events'];

function checkEntry(value: unknown): Entry {
  const entry = fieldsOf(value, NAMES, ['request'], 'ENTRY_INVALID', 'entry');
  demand(entry.v === 1, 'v');
  demand(isText(entry.chain), 'chain');
  demand(isCount(entry.seq), 'seq');
  demand(isDigestHex(entry.prev) && (entry.seq !== 0 || entry.prev === GENESIS_PREV), 'prev');
  demand(isInstant(entry.time), 'time');
  demand(isText(entry.stream) && /^[a-z][a-z0-9-]*\/[\x21-\x7e]+$/.test(entry.stream), 'stream');
  demand(isCount(entry.version) && entry.version > 0, 'version');
  demand(isDigestHex(entry.key), 'key');
  const actor = fieldsOf(entry.actor, ['id', 'role', 'via'], [], 'ENTRY_INVALID', 'actor');
  demand(isText(actor.id) && isText(actor.role), 'actor');
  demand(actor.via === 'session' || actor.via === 'device' || actor.via === 'system', 'actor.via');
  demand(Array.isArray(entry.events) && entry.events.length > 0, 'events');
  for (const item of entry.events as unknown[]) {
    const event = fieldsOf(item, ['type', 'v', 'data'], [], 'ENTRY_INVALID', 'event');
    demand(isText(event.type), 'event.type');
    demand(isCount(event.v) && event.v > 0, 'event.v');
    demand(event.data !== null && typeof event.data === 'object' && !Array.isArray(event.data), 'event.data');
  }
  if (Object.hasOwn(entry, 'request')) {
    const request = fieldsOf(entry.request, ['id', 'digest'], [], 'ENTRY_INVALID', 'request');
    demand(isBlind(request.id) && isBlind(request.digest), 'request');
  }
  return entry as unknown as Entry;
}

const isBlind = (value: unknown) => typeof value === 'string' && /^([0-9a-f]{2}){8,64}$/.test(value);

function demand(holds: boolean, field: string): void {
  if (!holds) throw new ProofError('ENTRY_INVALID', `entry: ${field} is not as it must be`);
}
