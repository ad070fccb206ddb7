import { createHash } from 'node:crypto';
import {
  contentsOf,
  demandType,
  itemsOf,
  magnitudeOf,
  type Node,
  oidOf,
  parseOne,
  sequenceOf,
  smallOf,
  wholeOf,
} from './asn1.ts';
import * as der from './der.ts';

/** Digests that a time stamp may be over; SHA-1 and older never. */
export type ImprintName = 'sha256' | 'sha384' | 'sha512';

export interface Imprint {
  name: ImprintName;
  digest: Uint8Array;
}

const digestOids: Record<string, ImprintName> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SIZE: Record<ImprintName, number> = { sha256: 32, sha384: 48, sha512: 64 };

/** What a time-stamping authority signs: TSTInfo (RFC 3161 section 2.4.2). */
export interface TimestampInfo {
  policy: string;
  imprint: Imprint;
  /** Big-endian, hex. */
  serial: string;
  time: Date;
  /** How far the true time may be from `time`, milliseconds; undefined when the authority does not say. */
  accuracyMs: number | undefined;
  /** The exact DER INTEGER of the request. */
  nonce: Uint8Array | undefined;
}

/** SHA-256 of what is to be stamped. */
export const imprintOf = (content: Uint8Array): Imprint => ({
  name: 'sha256',
  digest: createHash('sha256').update(content).digest(),
});

/** RFC 5754 section 2: parameters absent. openssl and others write NULL; both are read. */
export function encodeImprint({ name, digest }: Imprint): Uint8Array {
  const id = Object.keys(digestOids).find((oid) => digestOids[oid] === name) as string;
  return der.sequence(der.sequence(der.oid(id)), der.octetString(digest));
}

/** Throws a plain Error for an algorithm that is not accepted, or a digest of another length. */
export function readImprint(node: Node): Imprint {
  const items = sequenceOf(node);
  const name = readDigestAlgorithm(items.next('sequence'));
  const digest = contentsOf(items.next('octetString'));
  items.end();
  if (digest.length !== SIZE[name]) throw new Error('a digest of another length');
  return { name, digest };
}

/** AlgorithmIdentifier of a digest, parameters absent or NULL. */
export function readDigestAlgorithm(node: Node): ImprintName {
  const items = itemsOf(node);
  const name = digestOids[oidOf(items.next('oid'))];
  items.optional('null');
  items.end();
  if (!name) throw new Error('a digest algorithm that is not accepted');
  return name;
}

/** Accuracy of ours, in whole seconds; ordering, tsa and extensions are left out. */
export function encodeInfo(info: {
  policy: string;
  imprintDer: Uint8Array;
  serial: Uint8Array;
  time: Date;
  accuracySeconds: number;
  nonce: Uint8Array | undefined;
}): Uint8Array {
  return der.sequence(
    der.integer(Uint8Array.of(1)),
    der.oid(info.policy),
    info.imprintDer,
    der.integer(info.serial),
    der.preciseTime(info.time),
    der.sequence(der.integer(Uint8Array.of(info.accuracySeconds))),
    ...(info.nonce ? [info.nonce] : []),
  );
}

/** Reads TSTInfo. Throws a plain Error; critical extensions are refused. */
export function readInfo(bytes: Uint8Array): TimestampInfo {
  const items = sequenceOf(parseOne(bytes));
  if (smallOf(items.next('integer')) !== 1) throw new Error('not version 1 of TSTInfo');
  const policy = oidOf(items.next('oid'));
  const imprint = readImprint(items.next('sequence'));
  const serial = Buffer.from(magnitudeOf(items.next('integer'))).toString('hex');
  const time = readTime(items.next('time'));
  const accuracy = items.optional('sequence');
  items.optional('boolean');
  const nonce = items.optional('integer');
  items.tagged(0);
  const added: Node | undefined = items.tagged(1);
  items.end();
  for (const extension of added ? itemsOf(added).rest() : []) {
    const parts = sequenceOf(extension as Node);
    parts.next('oid');
    if (parts.optional('boolean')) throw new Error('a critical extension of TSTInfo is not understood');
  }
  const accuracyMs = accuracy && readAccuracy(accuracy);
  return { policy, imprint, serial, time, accuracyMs, nonce: nonce && wholeOf(nonce) };
}

/** RFC 3161 section 2.4.2: seconds, `[0]` milliseconds, `[1]` microseconds; rounded up to milliseconds. */
function readAccuracy(node: Node): number {
  const items = itemsOf(node);
  const seconds = items.optional('integer');
  const [millis, micros] = [items.tagged(0), items.tagged(1)];
  items.end();
  const small = (part: Node | undefined) => {
    const bytes = part ? contentsOf(part) : new Uint8Array();
    if (bytes.length > 2) throw new Error('accuracy is not as it must be');
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  };
  if (small(millis) > 999 || small(micros) > 999) throw new Error('accuracy is not as it must be');
  return (seconds ? smallOf(seconds) : 0) * 1000 + small(millis) + Math.ceil(small(micros) / 1000);
}

function readTime(node: Node): Date {
  const text = Buffer.from(wholeOf(demandType(node, 'time')).subarray(2)).toString('latin1');
  const [, date, clock, fraction = ''] = /^(\d{8})(\d{6})(?:\.(\d{0,8}[1-9]))?Z$/.exec(text) ?? [];
  if (!date || !clock) throw new Error('genTime is no GeneralizedTime in UTC (RFC 3161 section 2.4.2)');
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)];
  const [hour, minute, second] = [clock.slice(0, 2), clock.slice(2, 4), clock.slice(4)];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const time = new Date(iso);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw new Error('genTime is no time');
  return time;
}
