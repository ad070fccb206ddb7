import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { blockDocuments } from '../../server/ledger/entry-blocks.ts';
import { EntryIndex } from '../../server/ledger/entry-index.ts';
import { headFiles } from '../../server/ledger/head-files.ts';
import { Heads, signHead } from '../../server/ledger/heads.ts';
import { KeyRing, keyDocuments, masterKeyId } from '../../server/ledger/keys.ts';
import { type EventOf, type Kind, Kinds, personal } from '../../server/ledger/kind.ts';
import { Ledger } from '../../server/ledger/ledger.ts';
import { Sequencer } from '../../server/ledger/sequencer.ts';
import { Views, viewDocuments } from '../../server/ledger/views.ts';
import { installationDocuments } from '../../server/seal/installation-keys.ts';
import { createLogKeyPem, openLogKey } from '../../signing/checkpoint.ts';
import { rootOf } from '../../signing/merkle.ts';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../../storage/ledger/sqlite.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';

const noteEvents = {
  'note.written': {
    v: 2,
    data: z.strictObject({ text: personal(z.string()), place: personal(z.string()).optional(), colour: z.string() }),
    upcast: { 1: (old: { text: string }) => ({ ...old, colour: 'white' }) },
  },
  'note.numbered': { v: 1, data: z.strictObject({ number: z.string() }) },
  'note.disposed': { v: 1, data: z.strictObject({ basis: z.string() }), disposes: true },
} as const;
export type NoteEvent = EventOf<typeof noteEvents>;

export interface NoteState {
  id: string;
  state: 'there' | 'disposed';
  texts: string[];
  colours: string[];
  number?: string;
  search: string;
}

/** A small kind that has all that kinds can have: personal fields, an old version, claims, a tombstone. */
export const noteKind: Kind<NoteState, NoteEvent> = {
  name: 'note',
  events: noteEvents,
  words: {
    name: { zh: '便条', en: 'note' },
    events: {
      'note.written': { zh: '书写', en: 'written' },
      'note.numbered': { zh: '编号', en: 'numbered' },
      'note.disposed': { zh: '销毁', en: 'disposed' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'number'],
  text: 'search',
  claims(event, before) {
    if (event.type !== 'note.numbered') return {};
    const release = before?.number ? [{ name: 'note-number', value: before.number }] : [];
    return { take: [{ name: 'note-number', value: event.data.number }], release };
  },
  fold(state, event, meta) {
    const known = state ?? { id: meta.id, state: 'there', texts: [], colours: [], search: '' };
    if (event.type === 'note.written') {
      const texts = [...known.texts, event.data.text];
      return { ...known, texts, colours: [...known.colours, event.data.colour], search: texts.join('\n') };
    }
    return event.type === 'note.numbered' ? { ...known, number: event.data.number } : known;
  },
  tombstone(events) {
    const colours = events.flatMap(({ event }) =>
      event.type === 'note.written' ? [(event.data as { colour: string }).colour] : [],
    );
    return { id: events[0]?.meta.id ?? '', state: 'disposed', texts: [], colours, search: '' };
  },
};

export const actor = { id: 'someone', role: 'officer', via: 'session' as const };

/** The real ledger on a real database in a folder of its own. */
export async function openLedger(dir?: string, now = () => new Date()) {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'tiezheng-ledger-')));
  const kinds = new Kinds([noteKind]);
  const database = await SqliteDatabase.open(folder);
  const store = new SqliteLedgerStore(database);
  const documents = await SqliteDocumentStore.open(database, [
    { kind: 'note', sort: 'view', indexes: noteKind.indexes, text: 'search' },
    ...keyDocuments,
    ...viewDocuments,
    ...blockDocuments,
    ...installationDocuments,
  ]);
  const bytes = Buffer.alloc(32, 7);
  const keys = new KeyRing(documents, { id: masterKeyId(bytes), bytes }, (size) => randomBytes(size));
  const sequencer = new Sequencer(store, now);
  const ledger = new Ledger(store, documents, sequencer, keys, kinds);
  const key = openLogKey(
    'test',
    createLogKeyPem(() => Buffer.alloc(32, 9)),
  );
  const heads = new Heads(store, headFiles(join(folder, 'heads')), key);
  sequencer.onFirst = (chain) => heads.begin(chain);
  sequencer.onAppended = (entries) => heads.appended(entries);
  const views = new Views(store, documents, ledger);
  const entries = new EntryIndex(store, documents);
  try {
    await heads.open();
    await views.catchUp();
    await entries.open();
  } catch (error) {
    await database.close();
    throw error;
  }
  /** The head that the chain as it is now would have. */
  const signedHead = async (chain: string) => {
    const hashes = await store.hashes(chain, 0, 100_000);
    const size = hashes.length / 32;
    const leaves = Array.from({ length: size }, (_, at) => hashes.subarray(at * 32, at * 32 + 32));
    return signHead(key, chain, size, rootOf(leaves));
  };
  const close = async () => {
    await sequencer.close();
    await heads.close();
    await database.close();
  };
  return {
    folder,
    kinds,
    database,
    store,
    documents,
    keys,
    sequencer,
    ledger,
    heads,
    signedHead,
    views,
    entries,
    close,
    remove: () => rm(folder, { recursive: true }),
  };
}
