import { createHash, hash } from 'node:crypto';
import { ProofError } from './proof-error.ts';

const NODE = Uint8Array.of(1);

/** RFC 6962 section 2.1: SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');

/** RFC 6962 section 2.1: the root of no entries is SHA-256 of nothing. */
const emptyRoot = (): Uint8Array => createHash('sha256').digest();

/**
 * The right edge of an RFC 6962 tree: roots of its perfect subtrees, largest first; enough to append and to know the root.
 * Takes leaf hashes (chain.ts), not entries. Memory is one hash per bit of the size.
 */
export class CompactRange {
  #size = 0;
  #roots: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array): void {
    if (leafHash.length !== 32) throw new ProofError('MERKLE_HASH', 'a leaf hash has 32 bytes');
    let hash = Uint8Array.from(leafHash);
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      hash = Uint8Array.from(nodeHash(this.#roots.pop() as Uint8Array, hash));
    }
    this.#roots.push(hash);
    this.#size += 1;
  }

  /** Root of the tree of all leaves so far, 32 bytes. */
  root(): Uint8Array {
    const [last, ...others] = this.#roots.toReversed();
    return others.reduce((right, left) => nodeHash(left, right), last ?? emptyRoot());
  }

  toJSON(): { size: number; roots: string[] } {
    return { size: this.#size, roots: this.#roots.map((root) => Buffer.from(root).toString('hex')) };
  }

  /** Reads what `toJSON` gives. Throws ProofError `MERKLE_STATE` when the number of roots is not that of the size. */
  static from(state: { size: number; roots: readonly string[] }): CompactRange {
    const { size, roots } = state;
    const wellFormed = Number.isSafeInteger(size) && size >= 0 && roots.length === ones(size);
    if (!wellFormed || !roots.every((root) => /^[0-9a-f]{64}$/.test(root))) {
      throw new ProofError('MERKLE_STATE', 'not the right edge of a tree');
    }
    const range = new CompactRange();
    range.#size = size;
    range.#roots = roots.map((root) => Uint8Array.from(Buffer.from(root, 'hex')));
    return range;
  }
}

/** Root over leaf hashes, in order. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const range = new CompactRange();
  for (const hash of leafHashes) range.append(hash);
  return range.root();
}

const ones = (size: number) => [...size.toString(2)].filter((bit) => bit === '1').length;
