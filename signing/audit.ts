import { decodeEntry, type Entry, GENESIS_PREV, leafHash } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import { isDigestHex } from './digest.ts';
import { CompactRange } from './merkle.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isInstant } from './shape.ts';

/** How far an audit has come: all that is needed to go on. */
export interface AuditState {
  v: 1;
  origin: string;
  tree: { size: number; roots: string[] };
  /** Leaf hash of the last entry, hex; GENESIS_PREV before the first. */
  prev: string;
  /** Time of the last entry; empty before the first. */
  time: string;
}

/** Recomputes a log from its entries, one after the other: exact form, links, times, and the tree that the checkpoint is of. */
export class LogAudit {
  readonly origin: string;
  readonly #chain: string;
  readonly #tree: CompactRange;
  #prev: string;
  #time: string;
  #expected: Checkpoint | undefined;

  /** Throws ProofError `AUDIT_STATE` when the state is of another log or none. */
  constructor(origin: string, state?: AuditState) {
    this.origin = origin;
    this.#chain = origin.slice(origin.lastIndexOf('/') + 1);
    if (state && state.origin !== origin)
      throw new ProofError('AUDIT_STATE', `it is of ${state.origin}, not ${origin}`);
    this.#tree = state ? CompactRange.from(state.tree) : new CompactRange();
    this.#time = state?.time ?? '';
    this.#prev = state?.prev ?? GENESIS_PREV;
  }

  /** Entries that have been taken. */
  get size(): number {
    return this.#tree.size;
  }

  /**
   * Demands another checkpoint's root as soon as its entries are taken, of `size` in all; one of entries that were audited before is not looked at.
   * Throws ProofError `AUDIT_ROOT` when it is beyond them, or of those taken already and not theirs.
   */
  expect(checkpoint: Checkpoint, size: number): void {
    if (checkpoint.size > size)
      throw new ProofError('AUDIT_ROOT', `the anchored checkpoint is of ${checkpoint.size} entries, beyond ${size}`);
    if (checkpoint.size === this.size) this.demandRoot(checkpoint);
    this.#expected = checkpoint;
  }

  /** Root of the entries that have been taken (RFC 6962). */
  root(): Uint8Array {
    return this.#tree.root();
  }

  /** Takes the next entry's exact bytes; answers it with its leaf hash. Throws ProofError as decodeEntry does, or `AUDIT_LINK`. */
  take(bytes: Uint8Array): { entry: Entry; hash: Uint8Array } {
    const seq = this.size;
    const entry = decodeEntry(bytes);
    if (entry.chain !== this.#chain) throw link(seq, `it is of the chain ${entry.chain}`);
    if (entry.seq !== seq) throw link(seq, `it says that it is entry ${entry.seq}`);
    if (entry.prev !== this.#prev) throw link(seq, 'it does not follow the entry before it');
    if (entry.time < this.#time) throw link(seq, 'its time is before that of the entry before it');
    const hash = leafHash(bytes);
    this.#tree.append(hash);
    this.#prev = Buffer.from(hash).toString('hex');
    this.#time = entry.time;
    if (this.#expected?.size === this.size) this.demandRoot(this.#expected);
    return { entry, hash };
  }

  /** Demands that the entries taken are those of a checkpoint. Throws ProofError `AUDIT_ROOT`. */
  demandRoot({ size, root }: Checkpoint): void {
    if (size !== this.size || Buffer.compare(this.root(), root) !== 0) {
      throw new ProofError('AUDIT_ROOT', `the ${this.size} entries do not have the root of the checkpoint of ${size}`);
    }
  }

  state(): AuditState {
    return { v: 1, origin: this.origin, tree: this.#tree.toJSON(), prev: this.#prev, time: this.#time };
  }
}

/** Reads a state as it was written. Throws ProofError `AUDIT_STATE`, or `MERKLE_STATE`. */
export function readAuditState(text: string): AuditState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProofError('AUDIT_STATE', 'not JSON', { cause });
  }
  const state = fieldsOf(value, ['v', 'origin', 'tree', 'prev', 'time'], [], 'AUDIT_STATE', 'state');
  fieldsOf(state.tree, ['size', 'roots'], [], 'AUDIT_STATE', 'tree');
  const right = state.v === 1 && typeof state.origin === 'string' && (state.time === '' || isInstant(state.time));
  if (!right || !isDigestHex(state.prev)) throw new ProofError('AUDIT_STATE', 'not the state of an audit');
  const { tree } = state as unknown as AuditState;
  if (!Array.isArray(tree.roots)) throw new ProofError('AUDIT_STATE', 'not the state of an audit');
  CompactRange.from(tree);
  return state as unknown as AuditState;
}

const link = (seq: number, reason: string) => new ProofError('AUDIT_LINK', `entry ${seq}: ${reason}`);
