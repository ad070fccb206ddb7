import { ADD_CHECKPOINT_LIMIT, formatAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { cosignatureFrom } from '../../signing/cosignature.ts';
import { readVerifierKey, signatureTypes } from '../../signing/note.ts';
import { askOutside } from '../ask-outside.ts';
import type { WitnessAddress } from '../config.ts';
import type { Published } from './publisher.ts';

/** A cosignature whose time is further from our clock than this is not believed: one of the two is wrong. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/** A witness does not take our log for the one that it knows: it saw a larger tree, or another of that size. */
export class WitnessRefused extends Error {
  override name = 'WitnessRefused';
}

type Prove = (from: number) => Promise<Uint8Array[]>;

/** Asks one witness (C2SP tlog-witness, add-checkpoint) for its cosignatures. */
export class WitnessClient {
  readonly name: string;
  readonly #url: string;
  /** C2SP vkey, type 4. */
  readonly vkey: string;
  /** Where the witness goes on from in each log, as it said last. */
  readonly #sizes = new Map<string, number>();

  /** Throws ProofError `VERIFIER_KEY`. */
  constructor({ url, vkey }: WitnessAddress) {
    this.name = readVerifierKey(vkey, signatureTypes.witness).name;
    this.#url = `${url.replace(/\/+$/, '')}/add-checkpoint`;
    this.vkey = vkey;
  }

  /**
   * Its line under a published checkpoint, `prove` giving the consistency proof from an earlier size. Undefined when it does not witness this log.
   * Throws WitnessRefused, ProofError of a cosignature that does not hold, or what fetch throws.
   */
  async ask({ origin, size, note }: Published, prove: Prove, now: Date): Promise<string | undefined> {
    for (let again = true; ; again = false) {
      const old = this.#sizes.get(origin) ?? 0;
      const proof = old === 0 ? [] : await prove(old);
      const request = Buffer.from(formatAddCheckpoint({ old, proof, note }));
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      const { status, type, body } = await askOutside(this.#url, request, { headers, limit: ADD_CHECKPOINT_LIMIT });
      const text = Buffer.from(body).toString('utf8');
      if (status === 200) {
        const { line, at } = cosignatureFrom(text, note, this.vkey);
        if (Math.abs(at.getTime() - now.getTime()) > CLOCK_DIFFERENCE_MS)
          throw new Error(`its time ${at.toISOString()} is far from that of this machine`);
        this.#sizes.set(origin, size);
        return line;
      }
      if (status === 404) return undefined;
      const from = status === 409 && type === 'text/x.tlog.size' ? readSize(text) : undefined;
      if (from === undefined && status !== 409 && status !== 422) throw new Error(`it answers ${status}`);
      if (from === undefined) throw new WitnessRefused(`it cosigned another tree of ${old} entries (${status})`);
      if (from > size) throw new WitnessRefused(`it cosigned ${from} entries, of which ${size} are published here`);
      if (!again) throw new Error(`it goes on from ${from}, and then not`);
      this.#sizes.set(origin, from);
    }
  }
}

/** The body of a 409: a size in decimal and a newline. Throws an Error for anything else. */
function readSize(text: string): number {
  const size = /^(0|[1-9]\d{0,15})\n$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new Error('it answers 409 and no size');
  return size;
}
