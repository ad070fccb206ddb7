import { decodeEntry, type Entry, entryKey, isSealedField, sealField } from '../../signing/chain.ts';
import { openEntryFields } from '../../signing/open-entry.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import type { KeyRing } from './keys.ts';
import { type AnyEvent, type EntryMeta, type EventSpecs, mapPersonal } from './kind.ts';
import { WrittenByNewer } from './known.ts';

/** The one place where personal fields are encrypted on their way into the ledger, and opened on their way out. */

/** A kind of stream, as far as reading and writing its entries goes. */
type Events = { events: EventSpecs };

interface Place {
  chain: string;
  stream: string;
  version: number;
}

/** Checks events against their schemas, defaults filled in. Throws on data that the schema refuses. */
export function checkEvents<E extends AnyEvent>(specs: EventSpecs, events: readonly E[]): E[] {
  return events.map((event) => ({ ...event, data: specOf(specs, event.type).data.parse(event.data) }));
}

/** Encrypts what is personal in checked events. */
export function sealEvents(kind: Events, events: readonly AnyEvent[], place: Place, key: Uint8Array): Entry['events'] {
  return events.map((event, index) => {
    const spec = specOf(kind.events, event.type);
    const sealed = mapPersonal(spec.data, event.data, (field, pointer) =>
      sealField(key, { ...place, event: index, pointer }, field),
    );
    return { type: event.type, v: spec.v, data: sealed } as Entry['events'][number];
  });
}

export interface OpenedEntry {
  meta: EntryMeta;
  events: AnyEvent[];
  entry: Entry;
}

/** Reads an entry: strict decoding, personal fields opened, old versions of events lifted to the present one. */
export async function openEntry(stored: StoredEntry, kind: Events, keys: KeyRing): Promise<OpenedEntry> {
  const entry = decodeEntry(stored.bytes);
  const key = entryKey(await keys.streamKey(entry.chain, entry.stream), entry.version);
  const events = openEntryFields(entry, key).map((event) => {
    const spec = specOf(kind.events, event.type);
    return { type: event.type, data: spec.data.parse(lift(spec, event)) };
  });
  return { meta: metaOf(entry), events, entry };
}

/** Reads an entry without any key: personal fields are left out. For what stays of disposed streams. */
export function openWithoutKey(stored: StoredEntry): OpenedEntry {
  const entry = decodeEntry(stored.bytes);
  const strip = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.filter((item) => !isSealedField(item)).map(strip);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([, field]) => !isSealedField(field))
        .map(([name, field]) => [name, strip(field)]),
    );
  };
  const events = entry.events.map((event) => ({ type: event.type, data: strip(event.data) }));
  return { meta: metaOf(entry), events, entry };
}

/** Whether the entry ends its stream's readable life. */
export const disposes = (kind: Events, entry: Entry) =>
  entry.events.some((event) => kind.events[event.type]?.disposes === true);

function metaOf(entry: Entry): EntryMeta {
  const { chain, seq, stream, version, time, actor } = entry;
  return { chain, seq, id: stream.slice(stream.indexOf('/') + 1), version, time, actor };
}

function specOf(specs: EventSpecs, type: string) {
  const spec = specs[type];
  if (!spec) throw new WrittenByNewer(`the event ${type}`);
  return spec;
}

function lift(
  spec: EventSpecs[string],
  { type, v: from, data }: Pick<Entry['events'][number], 'type' | 'v' | 'data'>,
): unknown {
  if (from > spec.v) throw new WrittenByNewer(`version ${from} of the event ${type}`);
  let lifted = data;
  for (let v = from; v < spec.v; v++) {
    const step = spec.upcast?.[v];
    if (!step) throw new Error(`no upcast from event version ${v}`);
    lifted = step(lifted as never);
  }
  return lifted;
}
