import { Problem } from '../api/problem.ts';
import { queryClient } from '../api/query.ts';
import { noteActivity } from '../api/session-signals.ts';
import { passes, reasonToTry } from '../api/waiting.ts';
import { Rate } from '../parts/rate.ts';
import { language } from '../words/language.ts';
import type { Packaged } from './kinds.ts';
import type { Command, Told } from './save-worker.ts';

/** One package on its way to a file of this device. */
export interface Saving {
  phase: 'running' | 'waiting' | 'paused' | 'saved' | 'failed';
  /** Bytes in the file, and of all. */
  done: number;
  total: number;
  perSecond: number;
  /** How often it was gone on with after a break. */
  resumed: number;
  /** What it waits for, or failed with: the service's, `NETWORK`, `DIFFERENT` or `UNWRITABLE`. */
  problem?: Problem | undefined;
}

/** Progress is shown, and the session kept awake, that often at most, milliseconds. */
const SHOW_MS = 200;

interface Running {
  worker: Worker;
  rate: Rate;
  stop: AbortController;
  tries: number;
  shownAt: number;
}

/** Packages that are being saved, by the id of their export. They go on while other pages are looked at, and end with the window. */
class Savings {
  #states: ReadonlyMap<string, Saving> = new Map();
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<() => void>();

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.#running.size > 0) event.preventDefault();
    });
  }

  of = (id: string): Saving | undefined => this.#states.get(id);

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to write a package into a file that was chosen. */
  begin(id: string, { url, size, sha256 }: Packaged, handle: FileSystemFileHandle): void {
    this.discard(id);
    const worker = new Worker(new URL('./save-worker.ts', import.meta.url), { type: 'module' });
    const running = { worker, rate: new Rate(), stop: new AbortController(), tries: 0, shownAt: 0 };
    this.#running.set(id, running);
    running.rate.restart(0);
    worker.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(id, running, data);
    worker.onerror = ({ message }) => this.#fail(id, new Problem({ code: 'PAGE', detail: message }));
    this.#tell(id, { phase: 'running', done: 0, total: size, perSecond: 0, resumed: 0, problem: undefined });
    this.#send(id, { begin: { url, size, sha256, handle, language: language() } });
  }

  pause(id: string): void {
    this.#running.get(id)?.stop.abort();
    this.#send(id, 'stop');
    this.#tell(id, { phase: 'paused', perSecond: 0, problem: undefined });
  }

  resume(id: string): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.stop = new AbortController();
    running.rate.restart(this.of(id)?.done ?? 0);
    this.#tell(id, { phase: 'running', problem: undefined });
    this.#send(id, 'go');
  }

  /** Gives it up: no file is left. */
  discard(id: string): void {
    this.#stop(id);
    this.#forget(id);
  }

  #send(id: string, command: Command): void {
    this.#running.get(id)?.worker.postMessage(command);
  }

  #hear(id: string, running: Running, told: Told): void {
    if (this.#running.get(id) !== running) return;
    if (told === 'saved') {
      running.worker.terminate();
      this.#running.delete(id);
      this.#tell(id, { phase: 'saved', done: this.of(id)?.total ?? 0 });
      void queryClient.invalidateQueries();
    } else if (told === 'different') this.#fail(id, new Problem({ code: 'DIFFERENT' }));
    else if ('done' in told) this.#advance(id, running, told.done);
    else if ('unwritable' in told) this.#fail(id, new Problem({ code: 'UNWRITABLE', detail: told.unwritable }));
    else void this.#again(id, running, new Problem(told.broken));
  }

  #advance(id: string, running: Running, done: number): void {
    if (running.tries > 0) this.#tell(id, { resumed: (this.of(id)?.resumed ?? 0) + 1 });
    running.tries = 0;
    running.rate.note(done);
    if (performance.now() - running.shownAt < SHOW_MS) return;
    running.shownAt = performance.now();
    noteActivity();
    this.#tell(id, { done, perSecond: running.rate.perSecond() });
  }

  /** A break that passes is waited for, in the session and in the network; then it goes on where it was. */
  async #again(id: string, running: Running, problem: Problem): Promise<void> {
    if (!passes(problem)) return this.#fail(id, problem);
    const { stop } = running;
    this.#tell(id, { phase: 'waiting', perSecond: 0, problem });
    await reasonToTry(problem, running.tries++, stop.signal).then(
      () => this.resume(id),
      () => {},
    );
  }

  #fail(id: string, problem: Problem): void {
    this.#stop(id);
    this.#tell(id, { phase: 'failed', perSecond: 0, problem });
  }

  /** The worker removes what is there of the file, and ends. */
  #stop(id: string): void {
    this.#running.get(id)?.stop.abort();
    this.#send(id, 'discard');
    this.#running.delete(id);
  }

  #forget(id: string): void {
    this.#show(new Map([...this.#states].filter(([one]) => one !== id)));
  }

  #tell(id: string, news: Partial<Saving>): void {
    this.#show(new Map([...this.#states, [id, { ...this.of(id), ...news } as Saving]]));
  }

  #show(states: ReadonlyMap<string, Saving>): void {
    this.#states = states;
    for (const listener of this.#listeners) listener();
  }
}

export const savings = new Savings();
