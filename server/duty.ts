import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentStore, KindSpec } from '../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from './deps.ts';

/** Who does what only one process needs to do. */
export const DUTY_KIND = 'duty';
export const dutyDocuments: KindSpec[] = [{ kind: DUTY_KIND, sort: 'state', indexes: [] }];

/** Which of several processes on the same data does the work that one is enough for. */
export interface Duty {
  mine(): Promise<boolean>;
  /** Hands over at once, at the end of the process. */
  lay(): Promise<void>;
}

/** The process is alone on its data. */
export const onlyProcess: Duty = { mine: () => Promise.resolve(true), lay: () => Promise.resolve() };

const ID = 'reconcilers';
/** A holder that has not renewed for so long is gone; it renews four times in it. */
const TERM_MS = 6000;

/**
 * A lease, for economy only: two may hold it for a moment, and all that is done under it is safe to do twice. Clocks of processes may
 * differ by minutes, so none is asked: a lease is over when its version has not moved for a term of the asker's own monotonic time.
 */
export class LeasedDuty implements Duty {
  readonly #documents: DocumentStore;
  readonly #termMs: number;
  readonly #me = randomUUID();
  #seen: { version: number; at: number } | undefined;
  #renewed = Number.NEGATIVE_INFINITY;
  #asking: Promise<boolean> | undefined;

  constructor(documents: DocumentStore, termMs = TERM_MS) {
    this.#documents = documents;
    this.#termMs = termMs;
  }

  mine(): Promise<boolean> {
    if (performance.now() - this.#renewed < this.#termMs / 4) return Promise.resolve(true);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async lay(): Promise<void> {
    if (!(await this.mine())) return;
    this.#renewed = Number.NEGATIVE_INFINITY;
    await this.#documents.delete(DUTY_KIND, [ID]);
  }

  async #ask(): Promise<boolean> {
    const asked = performance.now();
    const held = await this.#documents.get(DUTY_KIND, ID);
    const version = held?.version ?? 0;
    if (held && held.body.holder !== this.#me) {
      if (this.#seen?.version !== version) this.#seen = { version, at: asked };
      if (asked - this.#seen.at < this.#termMs) return false;
    }
    const next = { kind: DUTY_KIND, id: ID, chain: SYSTEM_CHAIN, version: version + 1, body: { holder: this.#me } };
    if (!(await this.#documents.swap(next, held?.version))) return false;
    this.#renewed = asked;
    return true;
  }
}

const LOOK_MS = 250;

/** Whether another process serves this data: a lease that is held moves within a term, one that was laid down is taken in half of it. */
export async function isServed(documents: DocumentStore, termMs = TERM_MS): Promise<boolean> {
  const first = (await documents.get(DUTY_KIND, ID))?.version;
  const patience = termMs * (first === undefined ? 0.5 : 1.5);
  for (const begun = performance.now(); performance.now() - begun < patience; await sleep(LOOK_MS)) {
    const now = (await documents.get(DUTY_KIND, ID))?.version;
    if (now !== undefined && now !== first) return true;
  }
  return false;
}
