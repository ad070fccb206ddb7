import { buffer } from 'node:stream/consumers';
import { imprintOf, tokenOfFile, verifyToken } from '../../signing/timestamp.ts';
import { readToken } from '../../signing/timestamp-token.ts';
import {
  type AnchorName,
  anchorKey,
  keptCheckpointKey,
  keptCheckpointPrefix,
  logPrefix,
  parseLogKey,
} from '../../storage/objects/log-layout.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';

/** An anchor's proof, by the names of its objects. */
export type AnchorProof = Required<AnchorName>;

interface Listed {
  /** Of checkpoints, largest first. */
  sizes: number[];
  /** Latest size first. */
  anchors: AnchorProof[];
  /** `performance.now()` */
  at: number;
}

/** A store lists in no order, so all names of a log are read for one page; so long they are taken for true, ms. */
const FRESH_MS = 60_000;

/** Checkpoints and anchors that are kept as evidence, for who looks through them. */
export class Kept {
  readonly #deps: Pick<Deps, 'evidence' | 'log' | 'signer' | 'time'>;
  readonly #listed = new Map<string, Promise<Listed>>();

  constructor(deps: Pick<Deps, 'evidence' | 'log' | 'signer' | 'time'>) {
    this.#deps = deps;
  }

  /** Sizes below a size, largest first. */
  async sizesBelow(chain: string, below: number): Promise<number[]> {
    const { sizes } = await this.#list(chain, (listed) => listed.sizes[0]);
    return sizes.filter((size) => size < below);
  }

  /** Proofs of anchors of sizes below a size, latest first. */
  async anchorsBelow(chain: string, below: number): Promise<AnchorProof[]> {
    const { anchors } = await this.#list(chain, (listed) => listed.sizes[0]);
    return anchors.filter(({ size }) => size < below);
  }

  /** A kept checkpoint as it was signed; undefined when there is none of this size. */
  async checkpoint(chain: string, size: number): Promise<string | undefined> {
    return (await this.#read(keptCheckpointKey(chain, size)))?.toString('utf8');
  }

  /** A checkpoint as it was anchored, or with `tsr` the proof over it. Throws InvalidKey. */
  async anchor(chain: string, name: AnchorName): Promise<Buffer | undefined> {
    return await this.#read(anchorKey(chain, name));
  }

  /** The time that a proof gives over a checkpoint, and whose it is. */
  time(note: Uint8Array, tsr: Uint8Array) {
    const { signer, time } = this.#deps;
    try {
      const token = tokenOfFile(tsr);
      const { info, certificates } = readToken(token);
      const imprint = imprintOf(note);
      const over = info.imprint.name === imprint.name && Buffer.compare(info.imprint.digest, imprint.digest) === 0;
      if (!over) return { damaged: true };
      const authority = certificates[0]?.subject;
      return {
        damaged: false,
        at: info.time.toISOString(),
        ...(info.accuracyMs !== undefined && { accuracyMs: info.accuracyMs }),
        ...(authority !== undefined && { authority }),
        selfIssued: holds(() => verifyToken({ token, imprint, trust: [signer.caPem], intermediates: [time.tsaPem] })),
      };
    } catch {
      return { damaged: true };
    }
  }

  async #list(chain: string, last: (listed: Listed) => number | undefined): Promise<Listed> {
    const known = await this.#listed.get(chain)?.catch(() => undefined);
    const size = this.#deps.log.published(chain)?.size;
    const fresh = known && (performance.now() - known.at < FRESH_MS || last(known) === size);
    if (fresh) return known;
    const listing = this.#listAll(chain);
    this.#listed.set(chain, listing);
    return await listing;
  }

  async #listAll(chain: string): Promise<Listed> {
    const listed: Listed = { sizes: [], anchors: [], at: performance.now() };
    for (const prefix of [keptCheckpointPrefix(chain), `${logPrefix(chain)}anchors/`]) {
      for await (const { key } of this.#deps.evidence.list(prefix)) {
        const name = parseLogKey(key);
        if (name?.area === 'checkpoints') listed.sizes.push(name.size);
        if (name?.area === 'anchors' && name.tsr !== undefined) {
          const { size, note, tsr } = name;
          listed.anchors.push({ size, note, tsr });
        }
      }
    }
    listed.sizes.sort((a, b) => b - a);
    listed.anchors.sort((a, b) => b.size - a.size);
    return listed;
  }

  async #read(key: string): Promise<Buffer | undefined> {
    try {
      return await buffer(await this.#deps.evidence.get(key));
    } catch (error) {
      if (error instanceof ObjectMissing) return undefined;
      throw error;
    }
  }
}

function holds(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
