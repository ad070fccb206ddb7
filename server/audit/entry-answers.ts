import { z } from 'zod';
import { decodeEntry, isSealedField } from '../../signing/chain.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { type Permission, reachOf } from '../access/matrix.ts';
import { personKind } from '../access/person.ts';
import type { Deps } from '../deps.ts';
import { dockKind } from '../devices/dock.ts';
import type { Context } from '../http/context.ts';
import { openEntry } from '../ledger/cipher.ts';
import { namesOf } from '../ledger/find-views.ts';
import { KeyDestroyed } from '../ledger/keys.ts';
import type { AnyEvent, Words } from '../ledger/kind.ts';

/** Entries as an auditor reads them. */

export const bothWords = z.object({ zh: z.string(), en: z.string() });

const entryFields = {
  seq: z.int(),
  time: z.string(),
  stream: z.string(),
  /** Of the stream: `record`, `grant`, … and what people call it. */
  kind: z.string(),
  kindWords: bothWords,
  /** Of the thing whose stream it is. */
  id: z.string(),
  version: z.int(),
  actor: z.object({ id: z.string(), role: z.string(), via: z.string(), name: z.string().optional() }),
  /** In `data` stands `{"withheld": true}` for every personal field that the reader may not see. */
  events: z.array(z.object({ type: z.string(), words: bothWords, data: z.json() })),
  /** RFC 6962 leaf hash, hex. */
  leaf: z.string(),
  /** A published checkpoint covers it. */
  published: z.boolean(),
};

export const entryView = z.object(entryFields);

export const wholeEntryView = z.object({
  ...entryFields,
  /** Whether personal fields are shown: the reader may read them where the thing itself is read. */
  opened: z.boolean(),
  /** Leaf hash of the entry before, hex. */
  prev: z.string(),
  /** Entries of the ledger now: whether there is a later one. */
  entries: z.int(),
  /** The exact bytes, which are UTF-8. */
  text: z.string(),
  /** Verifier key of the log (C2SP vkey). */
  verifierKey: z.string(),
  /** That it is under the checkpoint in it (C2SP tlog-proof); absent until it is published. */
  proof: z.object({ size: z.int(), text: z.string() }).optional(),
});

export type EntryView = z.input<typeof entryView>;

/** What stands for a personal field that is not shown. */
const WITHHELD = { withheld: true };

/**
 * By whose permission an auditor reads the personal fields of a kind's entries: the one that shows them with the thing itself. Kinds that
 * are not here stay closed, subjects above all: their numbers are shown by a call of its own that leaves an entry.
 */
const readBy: Record<string, Permission> = {
  record: 'record.read',
  case: 'case.read',
  grant: 'grant.read',
  viewing: 'grant.read',
};

/** Entries with what is in clear. `published` is the size of the published log. */
export async function entryAnswers(
  { deps, chain }: Pick<Context, 'deps' | 'chain'>,
  entries: readonly StoredEntry[],
  published: number,
): Promise<EntryView[]> {
  const decoded = entries.map(({ bytes, hash }) => ({ entry: decodeEntry(bytes), hash }));
  const names = await actorNames(
    deps,
    chain,
    decoded.map(({ entry }) => entry.actor.id),
  );
  return decoded.map(({ entry, hash }) => {
    const { seq, time, stream, version, actor, events } = entry;
    const [kind = '', id = ''] = partsOf(stream);
    const name = names.get(actor.id);
    return {
      ...{ seq, time, stream, kind, id, version, kindWords: kindWords(deps, kind) },
      actor: { ...actor, ...(name !== undefined && { name }) },
      events: events.map(({ type, data }) => inWords(deps, kind, { type, data: veiled(data) })),
      leaf: Buffer.from(hash).toString('hex'),
      published: seq < published,
    };
  });
}

/** The events of an entry with their personal fields; undefined where they are not for the caller, or their key is destroyed. */
export async function openedEvents({ deps, signedIn }: Context, stored: StoredEntry) {
  const [kindName = ''] = partsOf(stored.stream);
  const permission = readBy[kindName];
  const kind = deps.ledger.kinds.ofStream(stored.stream)?.kind;
  if (!permission || !kind || reachOf(permission, signedIn.roles)?.reach !== 'agency') return undefined;
  try {
    const { events } = await openEntry(stored, kind, deps.keys);
    return events.map((event) => inWords(deps, kindName, event));
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined;
    throw error;
  }
}

/** What people, docks and parts of the system are called; the latter have no other name than their id. */
async function actorNames(deps: Deps, chain: string, ids: readonly string[]): Promise<Map<string, string>> {
  const [people, docks] = await Promise.all([
    namesOf(deps, personKind, chain, ids),
    namesOf(deps, dockKind, chain, ids),
  ]);
  return new Map([...docks, ...people]);
}

const partsOf = (stream: string) => {
  const slash = stream.indexOf('/');
  return [stream.slice(0, slash), stream.slice(slash + 1)];
};

const wordsOf = ({ ledger }: Deps, kind: string) => ledger.kinds.all.find(({ name }) => name === kind)?.words;

/** A later program's kinds and events have no words here; their names are shown. */
const kindWords = (deps: Deps, kind: string): Words => wordsOf(deps, kind)?.name ?? { zh: kind, en: kind };

const inWords = (deps: Deps, kind: string, { type, data }: AnyEvent): EntryView['events'][number] => ({
  type,
  words: wordsOf(deps, kind)?.events[type] ?? { zh: type, en: type },
  data: data as EntryView['events'][number]['data'],
});

function veiled(node: unknown): unknown {
  if (isSealedField(node)) return WITHHELD;
  if (Array.isArray(node)) return node.map(veiled);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([name, field]) => [name, veiled(field)]));
}
