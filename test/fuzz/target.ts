import { isDeepStrictEqual } from 'node:util';
import { ProofError } from '../../signing/proof-error.ts';
import { mutate } from './mutate.ts';
import { pick, type Random } from './random.ts';

/** A parser or verifier that hostile inputs are thrown at. */
export interface Target {
  name: string;
  /** The next input. */
  make: (random: Random) => Uint8Array;
  /** Reads an input and returns what it took from it; throws what `isRefusal` knows. */
  read: (input: Uint8Array) => unknown;
  isRefusal: (error: unknown) => boolean;
  /** Whether what was taken from an input may be: for what is signed, only what was signed; for what is not, only its exact form. */
  mayMean: (meaning: unknown, input: Uint8Array) => boolean | Promise<boolean>;
  /** What is slow and not a parser by itself takes one input in so many. */
  oneIn?: number;
}

interface Kind {
  name: string;
  kind: 'bytes' | 'der' | 'text';
  samples: readonly Uint8Array[];
  read: (input: Uint8Array) => unknown;
  isRefusal?: (error: unknown) => boolean;
}

const isProofError = (error: unknown) => error instanceof ProofError;

const made = ({ name, kind, samples, read, isRefusal = isProofError }: Kind) => ({
  ...{ name, read, isRefusal },
  make: (random: Random) => mutate(random, pick(random, samples), pick(random, samples), kind),
});

/** For what is signed: what is accepted means what one of the samples means. */
export function signed(kind: Kind): Target {
  const meanings = kind.samples.map(kind.read);
  return { ...made(kind), mayMean: (meaning) => meanings.some((one) => isDeepStrictEqual(one, meaning)) };
}

/** For what has one exact form: what is accepted is written again as the same bytes. */
export function exact(kind: Kind & { write: (meaning: never) => Uint8Array | string }): Target {
  const write = kind.write as (meaning: unknown) => Uint8Array | string;
  return {
    ...made(kind),
    mayMean: (meaning, input) => Buffer.compare(Buffer.from(write(meaning)), input) === 0,
  };
}

/** For what neither holds of: it only has to answer or refuse. */
export const free = (kind: Kind): Target => ({ ...made(kind), mayMean: () => true });

export interface Finding {
  target: string;
  index: number;
  fault: 'crash' | 'false yes' | 'slow';
  said: string;
}

/** No input may take longer, milliseconds of this thread's own. */
const LIMIT_MS = 1000;

/** Throws one input at a target. */
export async function tryOne(target: Target, random: Random, index: number): Promise<Finding | undefined> {
  const input = target.make(random);
  const found = (fault: Finding['fault'], said: string): Finding => {
    return { target: target.name, index, fault, said };
  };
  const started = process.threadCpuUsage();
  try {
    const meaning = await target.read(input);
    if (!(await target.mayMean(meaning, input)))
      return found('false yes', JSON.stringify(meaning)?.slice(0, 500) ?? '');
  } catch (error) {
    if (!target.isRefusal(error)) return found('crash', (error as Error)?.stack ?? String(error));
  }
  const { user, system } = process.threadCpuUsage(started);
  const ms = (user + system) / 1000;
  return ms > LIMIT_MS ? found('slow', `${Math.round(ms)} ms`) : undefined;
}
