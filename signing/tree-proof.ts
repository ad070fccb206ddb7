import { nodeHash } from './merkle.ts';
import { ProofError } from './proof-error.ts';

/**
 * Inclusion and consistency proofs of RFC 6962 section 2.1 (RFC 9162 section 2.1). They are made over a reader of perfect subtrees, so a
 * tree of any size costs a few hashes a level.
 */

/** Root of the perfect subtree over the leaves `index · 2^level` … `(index + 1) · 2^level − 1`; level 0 are leaf hashes. 32 bytes. */
export type HashReader = (level: number, index: number) => Promise<Uint8Array>;

/** Root of the tree of the first `size` leaves, `size` at least 1. */
export const rootFrom = (read: HashReader, size: number): Promise<Uint8Array> => rangeRoot(read, 0, size);

/** The audit path of leaf `index` in the tree of `size` leaves, lowest first. Throws ProofError `TREE_RANGE`. */
export async function proveInclusion(read: HashReader, index: number, size: number): Promise<Uint8Array[]> {
  demandRange(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size);
  const path: Uint8Array[] = [];
  let [low, high] = [0, size];
  while (high - low > 1) {
    const split = low + splitOf(high - low);
    path.push(await (index < split ? rangeRoot(read, split, high) : rangeRoot(read, low, split)));
    if (index < split) high = split;
    else low = split;
  }
  return path.reverse();
}

/** The proof that the tree of `first` leaves is a prefix of that of `second`; `first` 1 or more. Throws ProofError `TREE_RANGE`. */
export async function proveConsistency(read: HashReader, first: number, second: number): Promise<Uint8Array[]> {
  demandRange(Number.isSafeInteger(first) && Number.isSafeInteger(second) && first >= 1 && first <= second);
  const path: Uint8Array[] = [];
  let [low, high] = [0, second];
  while (high > first) {
    const split = low + splitOf(high - low);
    path.push(await (first <= split ? rangeRoot(read, split, high) : rangeRoot(read, low, split)));
    if (first <= split) high = split;
    else low = split;
  }
  if (low > 0) path.push(await rangeRoot(read, low, high));
  return path.reverse();
}

/** Whether a leaf hash is at `index` of the tree of `size` leaves with this root. Throws ProofError `INCLUSION`. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  root: Uint8Array,
  path: readonly Uint8Array[],
): void {
  const fail = (reason: string) => new ProofError('INCLUSION', reason);
  if (!isCount(index) || !isCount(size) || index >= size) throw fail('the entry is not in a tree of this size');
  const sides: ('left' | 'right')[] = [];
  for (let [low, high] = [0, size]; high - low > 1; ) {
    const split = low + splitOf(high - low);
    sides.push(index < split ? 'right' : 'left');
    if (index < split) high = split;
    else low = split;
  }
  if (sides.length !== path.length || !areHashes([leaf, root, ...path])) throw fail('the path has another length');
  const found = path.reduce((hash, beside, at) => {
    const side = sides[sides.length - 1 - at];
    return side === 'left' ? nodeHash(beside, hash) : nodeHash(hash, beside);
  }, leaf);
  if (!same(found, root)) throw fail('the path does not lead to the root');
}

/**
 * Whether the tree of `first` leaves is a prefix of that of `second`. A first tree of size 0 is a prefix of any, with an empty proof.
 * Throws ProofError `CONSISTENCY`.
 */
export function verifyConsistency(
  first: { size: number; root: Uint8Array },
  second: { size: number; root: Uint8Array },
  path: readonly Uint8Array[],
): void {
  const fail = (reason: string) => new ProofError('CONSISTENCY', reason);
  if (!isCount(first.size) || !isCount(second.size) || first.size > second.size)
    throw fail('the later tree is smaller');
  if (!areHashes([first.root, second.root, ...path])) throw fail('a hash has another length');
  if (first.size === 0) {
    if (path.length > 0) throw fail('the proof has another length');
    return;
  }
  const sides: ('left' | 'right')[] = [];
  let [low, high] = [0, second.size];
  while (high > first.size) {
    const split = low + splitOf(high - low);
    sides.push(first.size <= split ? 'right' : 'left');
    if (first.size <= split) high = split;
    else low = split;
  }
  const rest = [...path];
  const seed = low > 0 ? rest.shift() : first.root;
  if (!seed || rest.length !== sides.length) throw fail('the proof has another length');
  let [before, after] = [seed, seed];
  for (const [at, beside] of rest.entries()) {
    if (sides[sides.length - 1 - at] === 'left') {
      before = nodeHash(beside, before);
      after = nodeHash(beside, after);
    } else after = nodeHash(after, beside);
  }
  if (!same(before, first.root)) throw fail('the earlier root is another');
  if (!same(after, second.root)) throw fail('the later root is another');
}

/** Root over a range that stands at a perfect place: what the recursion of RFC 6962 section 2.1 meets. */
async function rangeRoot(read: HashReader, low: number, high: number): Promise<Uint8Array> {
  const length = high - low;
  const level = Math.log2(length);
  if (Number.isInteger(level) && 2 ** level === length) return await read(level, low / length);
  const split = splitOf(length);
  return nodeHash(await rangeRoot(read, low, low + split), await rangeRoot(read, low + split, high));
}

/** The largest power of two below `length`, which is 2 or more. */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Uint8Array[]) => hashes.every((hash) => hash.length === 32);
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function demandRange(holds: boolean): void {
  if (!holds) throw new ProofError('TREE_RANGE', 'not in a tree of this size');
}
