import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { proveConsistency } from '../../signing/tree-proof.ts';
import { BackOff } from '../back-off.ts';
import type { LogPublisher } from './publisher.ts';
import { type WitnessClient, WitnessRefused } from './witness-client.ts';

interface Parts {
  witnesses: readonly WitnessClient[];
  log: LogPublisher;
  now: () => Date;
  logger: Logger;
}

/** What a witness last made of our logs: `refused` is a fork, or a log that was set back, until it cosigns that log again. */
export type WitnessStanding = 'ok' | 'failing' | 'refused';

/** Asks every witness of the installation for its cosignature under each published checkpoint, and puts them there. */
export class Cosigning {
  readonly #parts: Parts;
  readonly #backOff: BackOff;
  /** By witness and chain: the size asked for last, and the line that came. */
  readonly #asked = new Map<string, { size: number; line: string | undefined }>();
  readonly #standings = new Map<string, WitnessStanding>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#backOff = new BackOff(parts.now);
  }

  /** By the witness's name; the worst of what it makes of any chain. */
  standings(): Record<string, WitnessStanding> {
    const worst = (name: string) =>
      (['refused', 'failing'] as const).find((bad) =>
        [...this.#standings].some(([key, standing]) => standing === bad && key.startsWith(`${name} `)),
      ) ?? 'ok';
    return Object.fromEntries(this.#parts.witnesses.map(({ name }) => [name, worst(name)]));
  }

  /** What each witness made of one chain when this process asked it last; `waiting` before that. */
  of(chain: string): { name: string; vkey: string; standing: WitnessStanding | 'waiting' }[] {
    return this.#parts.witnesses.map(({ name, vkey }) => ({
      ...{ name, vkey },
      standing: this.#standings.get(`${name} ${chain}`) ?? 'waiting',
    }));
  }

  /** Asks for what is published of each chain and not cosigned yet. Never rejects: failing witnesses are logged and tried later. */
  async round(chains: Iterable<string>): Promise<void> {
    await Promise.all([...chains].map((chain) => this.#ask(chain)));
  }

  /** The same for one chain, waited for at most so many ms. */
  async soon(chain: string, patienceMs: number): Promise<void> {
    const timer = new AbortController();
    const patience = sleep(patienceMs, undefined, { signal: timer.signal, ref: false }).catch(() => {});
    await Promise.race([this.#ask(chain), patience]);
    timer.abort();
  }

  #ask(chain: string): Promise<void> {
    if (this.#parts.witnesses.length === 0) return Promise.resolve();
    const running = this.#running.get(chain);
    if (running) return running;
    const run = this.#askAll(chain).finally(() => this.#running.delete(chain));
    this.#running.set(chain, run);
    return run;
  }

  async #askAll(chain: string): Promise<void> {
    const { witnesses, log } = this.#parts;
    const published = log.published(chain);
    if (!published || published.size === 0) return;
    const read = log.store.reader(chain, published.size);
    const prove = (from: number) => proveConsistency(read, from, published.size);
    const askOne = async (witness: WitnessClient): Promise<void> => {
      const key = `${witness.name} ${chain}`;
      if (this.#asked.get(key)?.size === published.size || this.#backOff.rests(key)) return;
      try {
        const line = await witness.ask(published, prove, this.#parts.now());
        this.#asked.set(key, { size: published.size, line });
        this.#standings.set(key, 'ok');
        // A log that it does not witness is asked for seldom, in case it will.
        if (line === undefined) this.#backOff.failed(key);
        else this.#backOff.worked(key);
      } catch (error) {
        this.#failed(key, chain, error);
      }
    };
    const before = this.#linesUnder(chain, published.size).length;
    await Promise.all(witnesses.map(askOne));
    const lines = this.#linesUnder(chain, published.size);
    if (lines.length > before) await log.cosign(chain, published, lines);
  }

  #linesUnder(chain: string, size: number): string[] {
    return this.#parts.witnesses.flatMap(({ name }) => {
      const asked = this.#asked.get(`${name} ${chain}`);
      return asked?.size === size && asked.line ? [asked.line] : [];
    });
  }

  #failed(key: string, chain: string, error: unknown): void {
    const refused = error instanceof WitnessRefused;
    const [witness] = key.split(' ');
    this.#standings.set(key, refused ? 'refused' : 'failing');
    const told = { err: error, witness, chain, pause: this.#backOff.failed(key) };
    if (refused) this.#parts.logger.error(told, 'FORK: a witness refuses the log; it cosigned another');
    else this.#parts.logger.warn(told, 'a witness gave no cosignature');
  }
}
