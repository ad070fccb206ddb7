import type { Logger } from 'pino';
import { parseAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { type Checkpoint, readCheckpoint, verifySigned, withoutCosignatures } from '../../signing/checkpoint.ts';
import { cosign, readCosignatures, type WitnessKey } from '../../signing/cosignature.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { CompactRange } from '../../signing/merkle.ts';
import { readVerifierKey, signatureTypes } from '../../signing/note.ts';
import { verifyConsistency } from '../../signing/tree-proof.ts';
import type { WitnessStates } from './states.ts';

/** The answer to add-checkpoint: a cosignature line, a refusal, or the size that the witness goes on from. */
export type WitnessAnswer =
  | { status: 200; cosignature: string }
  | { status: 409; size: number }
  | { status: 400 | 403 | 404 | 409 | 422; reason: string };

interface Parts {
  key: WitnessKey;
  /** Verifier keys of the logs that are witnessed; the name of each is its origin. */
  logs: readonly string[];
  states: WitnessStates;
  now: () => Date;
  logger: Logger;
  point: (name: string) => void;
}

/**
 * A witness of logs (C2SP tlog-witness): cosigns a checkpoint only when it is consistent with the one that it cosigned last for the same
 * origin, which is durable before anybody sees the cosignature. It needs no entries.
 */
export class Witness {
  readonly #parts: Parts;
  readonly #logs: ReadonlyMap<string, string>;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #forks = new Set<string>();

  /** Throws ProofError `VERIFIER_KEY`, and an Error when two keys are of one origin. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#logs = new Map(parts.logs.map((vkey) => [readVerifierKey(vkey, signatureTypes.log).name, vkey]));
    if (this.#logs.size !== parts.logs.length) throw new Error('two verifier keys are of one log');
  }

  /** Its verifier key (C2SP vkey, type 4). */
  get verifier(): string {
    return this.#parts.key.verifier;
  }

  /** Logs that signed two trees of one size, as far as this process has seen. */
  get forks(): number {
    return this.#forks.size;
  }

  /** The checkpoint that it cosigned last of the log whose origin has this SHA-256, in hex; undefined when there is none. */
  async cosigned(digest: string): Promise<string | undefined> {
    const origin = [...this.#logs.keys()].find((each) => sha256Hex(Buffer.from(each)) === digest);
    return origin === undefined ? undefined : await this.#parts.states.read(origin);
  }

  /** Decides on a request body, in the order of the specification. Throws when the state cannot be read or written: then nothing is cosigned. */
  async add(body: string): Promise<WitnessAnswer> {
    let request: ReturnType<typeof parseAddCheckpoint>;
    let origin: string;
    try {
      request = parseAddCheckpoint(body);
      ({ origin } = readCheckpoint(request.note));
    } catch (error) {
      return { status: 400, reason: (error as Error).message };
    }
    const log = this.#logs.get(origin);
    if (log === undefined) return { status: 404, reason: 'unknown origin' };
    try {
      verifySigned(request.note, log);
    } catch (error) {
      return { status: 403, reason: (error as Error).message };
    }
    return await this.#alone(origin, () => this.#decide(log, request));
  }

  async #decide(log: string, { old, proof, note }: ReturnType<typeof parseAddCheckpoint>): Promise<WitnessAnswer> {
    const { key, states, now, point } = this.#parts;
    const { origin, size, root } = readCheckpoint(note);
    if (old > size) return { status: 400, reason: 'the old size is beyond the checkpoint' };
    const last = await this.#last(origin, log);
    if (old !== (last?.size ?? 0)) return { status: 409, size: last?.size ?? 0 };
    if (last?.size === size && Buffer.compare(last.root, root) !== 0) {
      await this.#fork(origin, size, note);
      return { status: 409, reason: `another tree of ${size} entries was cosigned` };
    }
    try {
      verifyConsistency(last ?? EMPTY, { size, root }, proof);
      if (size === 0 && Buffer.compare(root, EMPTY.root) !== 0) throw new Error('not the root of the empty tree');
    } catch (error) {
      this.#parts.logger.warn({ origin, old, size }, 'a checkpoint is not shown to be consistent: not cosigned');
      return { status: 422, reason: (error as Error).message };
    }
    const signed = withoutCosignatures(note, log);
    const cosignature = cosign(key, signed, now());
    await states.write(origin, signed + cosignature);
    point('witness.kept');
    return { status: 200, cosignature };
  }

  /** What was cosigned last, if it is still what was written: both signatures hold. */
  async #last(origin: string, log: string): Promise<Checkpoint | undefined> {
    const note = await this.#parts.states.read(origin);
    if (note === undefined) return undefined;
    const { cosignatures } = readCosignatures(note, log, [this.verifier]);
    if (cosignatures.length !== 1) throw new Error(`the state of ${origin} is not this witness's own`);
    return verifySigned(note, log);
  }

  async #fork(origin: string, size: number, note: string): Promise<void> {
    this.#forks.add(origin);
    this.#parts.logger.error({ origin, size, note }, 'FORK: a log signed two trees of one size; refused and kept');
    await this.#parts.states.keepFork(origin, note);
  }

  /** One decision at a time for each log: comparing with the state and writing it are one step. */
  async #alone<T>(origin: string, decide: () => Promise<T>): Promise<T> {
    const run = (this.#running.get(origin) ?? Promise.resolve()).then(decide, decide);
    this.#running.set(origin, run);
    return await run;
  }
}

const EMPTY = { size: 0, root: new CompactRange().root() };
