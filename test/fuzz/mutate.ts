import { mutateDer } from './mutate-der.ts';
import { mutateText } from './mutate-text.ts';
import { pick, type Random } from './random.ts';

/** Makes another input of a good one; `other` is a second good one to take pieces from. */
export type Mutator = (random: Random, bytes: Buffer, other: Buffer) => Buffer;

const SPECIAL = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x84, 0xfe, 0xff, 0x0a, 0x0d, 0x20, 0x22, 0x2e, 0x2f, 0x5c];
const MOST_ADDED = 4096;

/** A place in the bytes, and one not before it and not far from it. */
function range(random: Random, bytes: Buffer): [from: number, to: number] {
  const from = random(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random(1 + random(64)))];
}

const splice = (bytes: Buffer, from: number, to: number, piece: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);

const set = (bytes: Buffer, at: number, value: number) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[at] = value;
  return copy;
};

const repeated = (piece: Buffer, size: number) => (piece.length > 0 ? Buffer.alloc(size, piece) : piece);

const plain: readonly Mutator[] = [
  (random, bytes) => {
    const at = random(bytes.length);
    return set(bytes, at, (bytes[at] ?? 0) ^ (1 << random(8)));
  },
  (random, bytes) => set(bytes, random(bytes.length), random(256)),
  (random, bytes) => set(bytes, random(bytes.length), pick(random, SPECIAL)),
  (random, bytes) => bytes.subarray(0, random(bytes.length)),
  (random, bytes) => Buffer.concat([bytes, Buffer.alloc(1 + random(16), pick(random, SPECIAL))]),
  (random, bytes) => splice(bytes, ...range(random, bytes), Buffer.alloc(0)),
  (random, bytes) => {
    const [from, to] = range(random, bytes);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (random, bytes, other) => splice(bytes, ...range(random, bytes), other.subarray(...range(random, other))),
  (random, bytes, other) =>
    Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]),
  (random, bytes) => {
    const at = random(bytes.length);
    return splice(bytes, at, at, repeated(bytes.subarray(at, at + 1 + random(8)), random(MOST_ADDED)));
  },
];

/** One to four changes, of bytes anywhere or of what the bytes say. */
export function mutate(random: Random, bytes: Uint8Array, other: Uint8Array, kind: 'bytes' | 'der' | 'text'): Buffer {
  const special = { bytes: plain, der: mutateDer, text: mutateText }[kind];
  let changed = Buffer.from(bytes);
  for (let times = 1 + random(random(2) === 0 ? 1 : 4); times > 0; times--) {
    const mutators = random(2) === 0 ? plain : special;
    changed = pick(random, mutators)(random, changed, Buffer.from(other)) as Buffer<ArrayBuffer>;
  }
  return changed;
}
