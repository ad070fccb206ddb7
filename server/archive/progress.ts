import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';

export const archiveDocuments: KindSpec[] = [{ kind: 'export-progress', sort: 'state', indexes: [] }];

/** Bytes of a package written so far, and to be written in all. */
export interface Progress {
  done: number;
  total: number;
}

const PERIOD_MS = 1000;

/** How far a package is, for who asks meanwhile. Working state: saved at most once a second, gone with the job. */
export class ProgressReport {
  readonly #documents: DocumentStore;
  readonly #now: () => Date;
  readonly #chain: string;
  readonly #id: string;
  #version: number;
  #savedAt = 0;
  #done = 0;
  #total = 0;

  constructor(documents: DocumentStore, now: () => Date, chain: string, id: string, version: number) {
    this.#documents = documents;
    this.#now = now;
    this.#chain = chain;
    this.#id = id;
    this.#version = version;
  }

  async begin(total: number): Promise<void> {
    this.#total = total;
    await this.#save();
  }

  /** Counts bytes; a save that is due is begun and not waited for. */
  add(bytes: number): void {
    this.#done += bytes;
    if (this.#now().getTime() - this.#savedAt >= PERIOD_MS) this.#save().catch(() => {});
  }

  async #save(): Promise<void> {
    this.#savedAt = this.#now().getTime();
    const body = { done: Math.min(this.#done, this.#total), total: this.#total };
    this.#version += 1;
    await this.#documents.save([
      { kind: 'export-progress', id: this.#id, chain: this.#chain, version: this.#version, body },
    ]);
  }
}

/** Begins a report; one that an earlier try left is continued from zero. */
export async function reportProgress(documents: DocumentStore, now: () => Date, chain: string, id: string) {
  const earlier = await documents.get('export-progress', id);
  return new ProgressReport(documents, now, chain, id, earlier?.version ?? 0);
}

/** How far the package of an export is; undefined while nobody packs it. */
export async function readProgress(documents: DocumentStore, chain: string, id: string): Promise<Progress | undefined> {
  const document = await documents.get('export-progress', id);
  return document?.chain === chain ? (document.body as unknown as Progress) : undefined;
}
