import { isDeepStrictEqual } from 'node:util';
import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import type { Kinds } from './kind.ts';

/** What the newest program that ran here can read. */
export const knownDocuments: KindSpec[] = [{ kind: 'program', sort: 'state', indexes: [] }];
const ID = 'newest';

/** A newer program has served here: this one cannot read what that may have written, nor fold it as that did. */
export class WrittenByNewer extends Error {
  override name = 'WrittenByNewer';

  constructor(what: string) {
    super(
      `数据由更新的程序写入，请使用该版本 / written by a newer program, which is the one to use: this one does not know ${what}`,
    );
  }
}

/** By kind of stream: the version of its fold, and that of each of its events. */
type Known = Record<string, { fold: number; events: Record<string, number> }>;

/** Throws WrittenByNewer. */
export async function demandKnown(documents: DocumentStore, kinds: Kinds): Promise<void> {
  const own = knownBy(kinds);
  for (const [kind, { fold, events }] of Object.entries((await newest(documents))?.known ?? {})) {
    if (!own[kind]) throw new WrittenByNewer(`the kind ${kind}`);
    if (fold > own[kind].fold) throw new WrittenByNewer(`fold ${fold} of ${kind}`);
    for (const [type, v] of Object.entries(events))
      if (v > (own[kind].events[type] ?? 0)) throw new WrittenByNewer(`version ${v} of the event ${type}`);
  }
}

/** Comes before anything is written: from here on programs that know less are refused. Throws WrittenByNewer. */
export async function rememberKnown(documents: DocumentStore, kinds: Kinds): Promise<void> {
  const own = knownBy(kinds);
  for (;;) {
    await demandKnown(documents, kinds);
    const held = await newest(documents);
    if (isDeepStrictEqual(held?.known, own)) return;
    const version = (held?.version ?? 0) + 1;
    const document = { kind: 'program', id: ID, chain: SYSTEM_CHAIN, version, body: { kinds: own } };
    if (await documents.swap(document, held?.version)) return;
  }
}

function knownBy(kinds: Kinds): Known {
  const versions = (events: Kinds['all'][number]['events']) =>
    Object.fromEntries(Object.entries(events).map(([type, { v }]) => [type, v]));
  return Object.fromEntries(
    kinds.all.map(({ name, foldVersion, events }) => [name, { fold: foldVersion, events: versions(events) }]),
  );
}

async function newest(documents: DocumentStore): Promise<{ version: number; known: Known } | undefined> {
  const held = await documents.get('program', ID);
  return held && { version: held.version, known: held.body.kinds as unknown as Known };
}
