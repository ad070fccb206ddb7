import { sha256Hex } from '../../signing/digest.ts';
import { readText, replaceText } from '../durable-text.ts';

/** What a witness remembers of each log: the checkpoint that it cosigned last. One process writes. */
export interface WitnessStates {
  /** The cosigned note; undefined when none was ever cosigned. */
  read(origin: string): Promise<string | undefined>;
  /** Durable when it resolves. */
  write(origin: string, note: string): Promise<void>;
  /** Keeps a checkpoint that its log signed beside another of the same size: the two are the proof of a fork. The first one stays. */
  keepFork(origin: string, note: string): Promise<void>;
}

/** A file for each log, named by the SHA-256 of its origin. */
export function witnessStates(dir: string): WitnessStates {
  const name = (origin: string) => sha256Hex(Buffer.from(origin));
  return {
    read: (origin) => readText(dir, name(origin)),
    write: (origin, note) => replaceText(dir, name(origin), note),
    async keepFork(origin, note) {
      const fork = `${name(origin)}.fork`;
      if ((await readText(dir, fork)) === undefined) await replaceText(dir, fork, note);
    },
  };
}
