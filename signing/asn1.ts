import { type BaseBlock, fromBER } from 'asn1js';

/**
 * Strict steps through a parsed structure. asn1js reads BER and forgives wrong lengths inside, so lengths are checked first, and callers build
 * what they read anew by der.ts and compare bytes. Everything here throws a plain Error with the reason.
 */
export type Node = BaseBlock & { valueBlock: { value?: Node[]; valueHexView?: Uint8Array } };

const CLASS = { universal: 1, context: 3 } as const;

const DEPTH = 24;

/** X.690 sections 8.1 and 10.1: definite lengths in their shortest form, every element filled exactly by those inside it. */
function demandNested(bytes: Uint8Array, depth = 0): void {
  if (depth > DEPTH) throw new Error('too deeply nested');
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0x80] = bytes.subarray(at, at + 2);
    const digits = bytes.subarray(at + 2, at + 2 + (first < 0x80 ? 0 : first & 0x7f));
    const length = first < 0x80 ? first : digits.reduce((value, byte) => value * 256 + byte, 0);
    const begin = at + 2 + digits.length;
    const shortest = first < 0x80 || (digits.length <= 4 && length >= 0x80 && digits[0] !== 0);
    if ((tag & 0x1f) === 0x1f || !shortest || begin + length > bytes.length) throw new Error('not DER');
    if (tag & 0x20) demandNested(bytes.subarray(begin, begin + length), depth + 1);
    at = begin + length;
  }
}

/** The one element that `bytes` hold. */
export function parseOne(bytes: Uint8Array): Node {
  demandNested(bytes);
  const { offset, result } = fromBER(Uint8Array.from(bytes));
  if (offset !== bytes.length || result.error) throw new Error(result.error || 'bytes after the structure');
  return result as Node;
}

/** The exact bytes of an element as they were read. */
export const wholeOf = (node: Node): Uint8Array => node.valueBeforeDecodeView;

/** The contents of a primitive element. */
export const contentsOf = (node: Node): Uint8Array => {
  const view = node.valueBlock.valueHexView;
  if (node.idBlock.isConstructed || !view) throw new Error('an element is constructed where it must not be');
  return view;
};

const isUniversal = (node: Node | undefined, tag: number): node is Node =>
  node?.idBlock.tagClass === CLASS.universal && node.idBlock.tagNumber === tag;

const isContext = (node: Node | undefined, tag: number): node is Node =>
  node?.idBlock.tagClass === CLASS.context && node.idBlock.tagNumber === tag;

const universal = { boolean: 1, integer: 2, octetString: 4, null: 5, oid: 6, sequence: 16, set: 17, time: 24 } as const;
export type UniversalName = keyof typeof universal;

/** The element, when it is of that universal type. */
export function demandType(node: Node | undefined, name: UniversalName): Node {
  if (!isUniversal(node, universal[name])) throw new Error(`expected ${name}`);
  return node;
}

/** Walks through the items of a SEQUENCE, SET or constructed tag in their order. */
export class Items {
  readonly #items: readonly Node[];
  #at = 0;

  constructor(node: Node) {
    if (!node.idBlock.isConstructed) throw new Error('expected a constructed element');
    this.#items = node.valueBlock.value ?? [];
  }

  next(name: UniversalName): Node {
    return demandType(this.#items[this.#at++], name);
  }

  /** The next item, of whatever type. */
  nextAny(): Node {
    const item = this.#items[this.#at++];
    if (!item) throw new Error('an element is missing');
    return item;
  }

  /** The next item when it is of that type, else undefined. */
  optional(name: UniversalName): Node | undefined {
    return isUniversal(this.#items[this.#at], universal[name]) ? this.#items[this.#at++] : undefined;
  }

  /** The next item when it has that context tag, else undefined. */
  tagged(tag: number): Node | undefined {
    return isContext(this.#items[this.#at], tag) ? this.#items[this.#at++] : undefined;
  }

  rest(): readonly Node[] {
    const rest = this.#items.slice(this.#at);
    this.#at = this.#items.length;
    return rest;
  }

  end(): void {
    if (this.#at !== this.#items.length) throw new Error('more elements than expected');
  }
}

/** Throws a plain Error when the element is not constructed. */
export const itemsOf = (node: Node): Items => new Items(node);
/** The items of a SEQUENCE. Throws a plain Error for anything else. */
export const sequenceOf = (node: Node | undefined): Items => new Items(demandType(node, 'sequence'));

/** Dotted form; arcs of any size (2.25 takes whole UUIDs), in the shortest encoding only. */
export function oidOf(node: Node): string {
  const bytes = wholeOf(demandType(node, 'oid')).subarray(2);
  if (bytes.length === 0 || bytes.length > 64) throw new Error('an object identifier is not as it must be');
  const arcs: bigint[] = [];
  let arc = 0n;
  let begins = true;
  for (const byte of bytes) {
    if (begins && byte === 0x80) throw new Error('an object identifier is not in its shortest form');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    begins = byte < 0x80;
    if (begins) arcs.push(arc);
    if (begins) arc = 0n;
  }
  const [first = 0n, ...others] = arcs;
  if (!begins) throw new Error('an object identifier is cut');
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...others].join('.');
}

/** The magnitude of a non-negative INTEGER, without leading zeros. */
export function magnitudeOf(node: Node): Uint8Array {
  const bytes = contentsOf(demandType(node, 'integer'));
  if (bytes.length === 0 || (bytes[0] ?? 0) & 0x80) throw new Error('a negative integer');
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
}

/** A small non-negative INTEGER. */
export function smallOf(node: Node): number {
  const bytes = magnitudeOf(node);
  if (bytes.length > 4) throw new Error('an integer is too large');
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
