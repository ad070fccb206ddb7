import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from './agent.ts';
import { Away } from './api.ts';
import { Days } from './day.ts';
import { step } from './jobs.ts';
import { look } from './scan.ts';
import { isTokenRefused, setBack } from './set-back.ts';
import { type FileRow, type FileState, pendingStates } from './state.ts';
import { TrustRefused } from './trust.ts';

export interface Running {
  /** Ends when everything on the attached cards is done, or the service was away for `patienceMs`. */
  once: boolean;
  /** Files that are worked on at a time. */
  workers: number;
  /** Between two looks at the cards, ms. */
  everyMs: number;
  patienceMs: number;
}

/** What can be done for a file while the service is away. */
const ALONE: readonly FileState[] = ['stable'];
/** What reads cards and fills the line. */
const BRINGING: readonly FileState[] = ['stable', 'hashed'];
/** What mostly waits for the service, to seal and to publish. */
const SETTLING: readonly FileState[] = ['brought', 'sealed', 'erasing'];
const SETTLERS = 8;
const IDLE_MS = 100;
const SERVICE = 'service';

/** Runs until `stopping` fires, or with `once` until all is done. Throws with `once` Away, Refused (the token), TrustRefused. */
export async function run(agent: Agent, running: Running, stopping: AbortSignal): Promise<void> {
  await new Run(agent, running, stopping).run();
}

class Run {
  readonly #agent: Agent;
  readonly #running: Running;
  readonly #ended = new AbortController();
  readonly #stop: AbortSignal;
  readonly #busy = new Set<number>();
  readonly #days = new Days();
  #lastContact: number;

  constructor(agent: Agent, running: Running, stopping: AbortSignal) {
    this.#agent = agent;
    this.#running = running;
    this.#stop = AbortSignal.any([stopping, this.#ended.signal]);
    this.#lastContact = agent.now().getTime();
  }

  async run(): Promise<void> {
    const loops = [
      this.#scan(),
      ...Array.from({ length: this.#running.workers }, () => this.#work(BRINGING)),
      ...Array.from({ length: SETTLERS }, () => this.#work(SETTLING)),
    ];
    await Promise.allSettled(loops.map((loop) => loop.catch((error) => this.#ended.abort(error))));
    const { reason } = this.#ended.signal;
    if (this.#ended.signal.aborted && reason !== DONE) throw reason;
  }

  async #scan(): Promise<void> {
    const { once, everyMs } = this.#running;
    const { settleMs } = this.#agent;
    for (let looks = 0; !this.#stop.aborted; looks++) {
      await this.#look();
      const done = looks > 0 && this.#isDone();
      if (!this.#away()) await this.#days.state(this.#agent).catch((error) => this.#failed(error));
      if (once && done && !this.#away()) this.#ended.abort(DONE);
      await this.#pause(once ? Math.min(everyMs, settleMs + IDLE_MS) : everyMs);
    }
  }

  /** Where cameras are mounted may itself go, and come again. */
  async #look(): Promise<void> {
    const { once } = this.#running;
    await look(this.#agent).catch((error: NodeJS.ErrnoException) => {
      if (once || error.syscall === undefined) throw error;
      this.#agent.tell('unwatched', { why: error.message });
    });
  }

  #isDone(): boolean {
    return this.#busy.size === 0 && this.#agent.state.count([...this.#agent.cards.keys()], pendingStates) === 0;
  }

  async #work(states: readonly FileState[]): Promise<void> {
    while (!this.#stop.aborted) {
      const file = this.#next(states);
      const card = file && this.#agent.cards.get(file.card);
      if (!file || !card) {
        await this.#pause(IDLE_MS);
        continue;
      }
      this.#busy.add(file.id);
      try {
        await step(this.#agent, card, file);
        if (!ALONE.includes(file.state)) this.#answered();
      } catch (error) {
        if (!this.#stop.aborted && !setBack(this.#agent, file, error)) this.#failed(error);
      } finally {
        this.#busy.delete(file.id);
      }
    }
  }

  #next(states: readonly FileState[]): FileRow | undefined {
    const { state, cards, now } = this.#agent;
    const possible = this.#away() ? states.filter((each) => ALONE.includes(each)) : states;
    if (possible.length === 0) return undefined;
    const rows = state.due([...cards.keys()], possible, now().getTime(), this.#busy.size + 1);
    return rows.find(({ id }) => !this.#busy.has(id));
  }

  #away = (): boolean => this.#agent.backOff.rests(SERVICE);

  #answered(): void {
    this.#lastContact = this.#agent.now().getTime();
    this.#agent.backOff.worked(SERVICE);
    this.#agent.tell('answered');
  }

  /** The service does not answer, or not to us: it is left alone for a while. Throws what is none of that. */
  #failed(error: unknown): void {
    const { backOff, now, tell } = this.#agent;
    const { once, patienceMs } = this.#running;
    const refused = error instanceof TrustRefused || isTokenRefused(error);
    if (!refused && !(error instanceof Away)) throw error;
    if (once && (refused || now().getTime() - this.#lastContact >= patienceMs)) this.#ended.abort(error);
    if (this.#away() || this.#stop.aborted) return;
    const againInMs = Math.round(backOff.failed(SERVICE));
    tell('away', { why: error.message, againInMs });
  }

  #pause = (ms: number) => sleep(ms, undefined, { signal: this.#stop }).catch(() => {});
}

const DONE = Symbol('done');
