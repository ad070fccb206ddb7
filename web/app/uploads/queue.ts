import { newId } from '../api/new-id.ts';
import { queryClient } from '../api/query.ts';
import { Rate } from '../parts/rate.ts';
import { carry, forget, look, type Tell } from './carry.ts';
import type { Handle } from './handles.ts';
import { type Item, isActive, isOver, type TellOf } from './item.ts';
import { giveUp } from './transfer.ts';

/** More would only share the same line. */
const AT_ONCE = 3;
/** Progress is shown that often, milliseconds. */
const SHOW_MS = 200;

/** A file to be brought; its handle where the browser has one. */
export interface Chosen {
  file: File;
  handle?: Handle | undefined;
}

/** The files on their way. It outlives the page that shows it, so one may look at other pages meanwhile. */
class Queue {
  readonly rate = new Rate();
  #items: readonly Item[] = [];
  readonly #running = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();
  #showing: ReturnType<typeof setTimeout> | undefined;
  #personId = '';

  constructor() {
    addEventListener('beforeunload', (event) => {
      if (this.#items.some(isActive)) event.preventDefault();
    });
  }

  items = (): readonly Item[] => this.#items;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A file that is on its way already is not added again. */
  add(chosen: readonly Chosen[], told: TellOf, personId: string): void {
    this.#personId = personId;
    const fresh = chosen.filter(({ file }) => !this.#items.some((one) => !isOver(one) && isSame(one.file, file)));
    const added = fresh.map(
      ({ file, handle }): Item => ({
        id: newId(),
        ...{ file, handle, told, phase: 'queued', digested: 0, sent: 0 },
      }),
    );
    this.#replace([...this.#items, ...added]);
    this.#go();
  }

  pause(id: string): void {
    this.#running.get(id)?.abort();
    this.#tell(id, { phase: 'paused', problem: undefined });
  }

  resume(id: string): void {
    this.#tell(id, { phase: 'queued', problem: undefined });
    this.#go();
  }

  pauseAll(): void {
    for (const item of this.#items.filter(isActive)) this.pause(item.id);
  }

  resumeAll(): void {
    for (const item of this.#items.filter(({ phase }) => phase === 'paused')) this.resume(item.id);
  }

  /** Takes a file off the list; what of it is at the service already is given up. */
  remove(id: string): void {
    this.#running.get(id)?.abort();
    const item = this.#items.find((one) => one.id === id);
    this.#replace(this.#items.filter((one) => one.id !== id));
    if (item?.url && !item.recordId) {
      forget(item.url);
      void giveUp(item.url).finally(() => queryClient.invalidateQueries());
    }
  }

  clearDone(): void {
    this.#replace(this.#items.filter(({ phase }) => phase !== 'done'));
  }

  #go(): void {
    for (const item of this.#items) {
      if (this.#running.size >= AT_ONCE) return;
      if (item.phase === 'queued' && !this.#running.has(item.id)) void this.#run(item);
    }
  }

  async #run(item: Item): Promise<void> {
    const stop = new AbortController();
    this.#running.set(item.id, stop);
    const tell: Tell = (news) => {
      if (!stop.signal.aborted) this.#tell(item.id, news);
    };
    try {
      const recordId = await carry(item, this.#personId, stop.signal, tell);
      if (recordId) {
        tell({ phase: 'sealing', recordId, sent: item.file.size });
        void this.#settle(item.id, recordId);
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      this.#running.delete(item.id);
      this.#go();
    }
  }

  async #settle(id: string, recordId: string): Promise<void> {
    const item = this.#items.find((one) => one.id === id);
    const outcome = await look(recordId, item?.sha256);
    this.#tell(id, { phase: 'done', outcome });
    await queryClient.invalidateQueries();
  }

  #tell(id: string, news: Partial<Item>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...news } : item));
    this.rate.note(this.#items.reduce((sum, { sent }) => sum + sent, 0));
    if (news.phase) this.#show();
    else this.#showing ??= setTimeout(() => this.#show(), SHOW_MS);
  }

  #replace(items: readonly Item[]): void {
    this.#items = items;
    this.rate.restart(items.reduce((sum, { sent }) => sum + sent, 0));
    this.#show();
  }

  #show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    for (const listener of this.#listeners) listener();
  }
}

const isSame = (a: File, b: File) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export const uploadQueue = new Queue();
