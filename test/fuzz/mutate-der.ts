import type { Mutator } from './mutate.ts';
import { pick, type Random } from './random.ts';

/** An element of DER: a tag, and what is inside it. */
interface Element {
  tag: number;
  inside: Element[] | Uint8Array;
  /** How its length is written; undefined for the one right form. */
  form?: 'long' | 'indefinite' | 'wrong';
}

const CONSTRUCTED = 0x20;
const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0xa0, 0xa1, 0x80, 0x24, 0x1f,
];

/** The elements of bytes, as far as they are DER; undefined when they are not. */
function read(bytes: Buffer, depth = 0): Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0x80] = bytes.subarray(at, at + 2);
    const digits = first < 0x80 ? 0 : first & 0x7f;
    if (at + 2 + digits > bytes.length || first === 0x80 || digits > 4) return undefined;
    const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits);
    const start = at + 2 + digits;
    if (start + length > bytes.length) return undefined;
    const content = bytes.subarray(start, start + length);
    const inside = tag & CONSTRUCTED && depth < 20 ? read(content, depth + 1) : undefined;
    found.push({ tag, inside: inside ?? content });
    at = start + length;
  }
  return found;
}

function write({ tag, inside, form }: Element): Buffer {
  const content = Array.isArray(inside) ? Buffer.concat(inside.map(write)) : inside;
  if (form === 'indefinite') return Buffer.concat([Buffer.of(tag, 0x80), content, Buffer.of(0, 0)]);
  const length = content.length + (form === 'wrong' ? 1 : 0);
  const digits = Buffer.alloc(4);
  digits.writeUInt32BE(length);
  const needed = form === 'long' ? 4 : length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const head = needed === 0 ? Buffer.of(tag, length) : Buffer.of(tag, 0x80 | needed, ...digits.subarray(4 - needed));
  return Buffer.concat([head, content]);
}

/** Every list of elements, each with what stands in it. */
function listsOf(elements: Element[]): Element[][] {
  return [elements, ...elements.flatMap(({ inside }) => (Array.isArray(inside) ? listsOf(inside) : []))];
}

/** Changes the structure; all lengths around the change are written anew, so that the change is read. */
const structure = (change: (random: Random, list: Element[], at: number, others: Element[]) => void): Mutator => {
  return (random, bytes, other) => {
    const elements = read(bytes);
    if (!elements) return bytes;
    const list = pick(
      random,
      listsOf(elements).filter(({ length }) => length > 0),
    );
    const others = listsOf(read(other) ?? elements).flat();
    if (list) change(random, list, random(list.length), others);
    return Buffer.concat(elements.map(write));
  };
};

const put = (list: Element[], at: number, change: Partial<Element>) => {
  list[at] = { ...(list[at] as Element), ...change };
};

export const mutateDer: readonly Mutator[] = [
  structure((_, list, at) => list.splice(at, 1)),
  structure((_, list, at) => list.splice(at, 0, list[at] as Element)),
  structure((random, list, at) => list.splice(at, 0, ...list.splice(random(list.length), 1))),
  structure((random, list, at, others) => list.splice(at, 1, structuredClone(pick(random, others)))),
  structure((random, list, at, others) => list.splice(at, 0, structuredClone(pick(random, others)))),
  structure((random, list, at) => put(list, at, { tag: pick(random, TAGS) })),
  structure((random, list, at) => put(list, at, { form: pick(random, ['long', 'indefinite', 'wrong']) })),
  structure((random, list, at) => put(list, at, { inside: Buffer.alloc(random(40), random(256)) })),
  structure((random, list, at) => {
    const { inside } = list[at] as Element;
    if (Array.isArray(inside)) return put(list, at, { inside: [...inside].reverse() });
    const grown = random(2) === 0 ? [Buffer.of(0), inside] : [inside, Buffer.of(random(256))];
    return put(list, at, { inside: Buffer.concat(grown) });
  }),
];
