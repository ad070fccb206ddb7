import { z } from 'zod';
import type { Actor } from '../../signing/chain.ts';
import { pointerPart } from '../../signing/pointer.ts';

/** What can have happened: the present version of an event's data, and how older versions are read as it. */
export interface EventSpec<D extends z.ZodType = z.ZodType> {
  v: number;
  data: D;
  /** From version n to n + 1, for every version before the present one. */
  upcast?: Record<number, (old: never) => unknown>;
  /** The stream's key is destroyed after this event; only fields that are not personal stay readable. */
  disposes?: true;
}

export type EventSpecs = Record<string, EventSpec>;

/** The union of events that a table of specs describes. */
export type EventOf<T extends EventSpecs> = {
  [K in keyof T & string]: { type: K; data: z.output<T[K]['data']> };
}[keyof T & string];

export interface AnyEvent {
  type: string;
  data: unknown;
}

/** Where an event stands: what a fold may use besides the event's own data. */
export interface EntryMeta {
  chain: string;
  seq: number;
  id: string;
  version: number;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  actor: Actor;
}

/** A name that must be unique in an agency. Stored only as HMAC under the agency's blind-index key. */
export interface Claim {
  name: string;
  value: string;
}

/** What people read, in both languages. */
export interface Words {
  zh: string;
  en: string;
}

/**
 * A kind of stream: `<name>/<id>` in the ledger, and its fold, which is the view document `(name, id)`.
 * State is plain JSON: no Date, no undefined inside arrays.
 */
export interface Kind<S, E extends AnyEvent = AnyEvent> {
  name: string;
  /** Ids are unique in a chain only (digests); others are UUIDs, unique everywhere. */
  perChain?: true;
  events: EventSpecs;
  /** What the kind and each of its events are called where people read the ledger. */
  words: { name: Words; events: Record<E['type'], Words> };
  /** Raised whenever fold, tombstone or indexes change what a view holds: it is folded anew before the service is ready. */
  foldVersion: number;
  /** Paths of the view that queries use; see storage/documents. */
  indexes: readonly string[];
  /** Path of the string that full-text search reads. */
  text?: string;
  fold(state: S | undefined, event: E, meta: EntryMeta): S;
  /** Names that this event takes and gives back, `before` being the state it was decided on. */
  claims?(event: E, before: S | undefined): { take?: Claim[]; release?: Claim[] };
  /** What stays of a disposed stream, made of fields that are not personal (personal ones are absent from `events`). */
  tombstone?(events: { event: AnyEvent; meta: EntryMeta }[]): S;
}

// biome-ignore lint/suspicious/noExplicitAny: any kind at all, whose state and events are then read off it.
export type AnyKind = Kind<any, any>;
export type StateOf<K extends AnyKind> = K extends Kind<infer S, infer _E> ? S : never;
export type EventsOf<K extends AnyKind> = K extends Kind<infer _S, infer E> ? E : never;

/** The id of the view document of a stream. */
export const documentId = (kind: { perChain?: true }, chain: string, id: string) =>
  kind.perChain ? `${chain}/${id}` : id;

const marks = z.registry<{ personal: true }>();

/**
 * Marks a field as personal (个人信息保护法 art. 4, 28): it enters the ledger only encrypted. Put the mark outermost: a check
 * added afterwards makes a new schema without it. `.optional()` and `.nullable()` may stand outside.
 */
export function personal<S extends z.ZodType>(schema: S): S {
  marks.add(schema, { personal: true });
  return schema;
}

/** Visits each personal field of `value` and puts what `replace` returns in its place; the value given stays as it was. */
export function mapPersonal(
  schema: z.ZodType,
  value: unknown,
  replace: (field: unknown, pointer: string) => unknown,
  pointer = '',
): unknown {
  if (value === undefined) return undefined;
  if (marks.has(schema)) return replace(value, pointer);
  if (value === null) return null;
  const def = (schema as z.ZodType & { def: Record<string, unknown> }).def as unknown as {
    type: string;
    shape: Record<string, z.ZodType>;
    element: z.ZodType;
    innerType: z.ZodType;
    valueType: z.ZodType;
  };
  switch (def.type) {
    case 'object':
      return mapEntries(value, (name, field) => {
        const part = def.shape[name];
        return part ? mapPersonal(part, field, replace, `${pointer}/${pointerPart(name)}`) : field;
      });
    case 'record':
      return mapEntries(value, (name, field) =>
        mapPersonal(def.valueType, field, replace, `${pointer}/${pointerPart(name)}`),
      );
    case 'array':
      return (value as unknown[]).map((item, index) => mapPersonal(def.element, item, replace, `${pointer}/${index}`));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
      return mapPersonal(def.innerType, value, replace, pointer);
    default:
      return value;
  }
}

function mapEntries(value: unknown, map: (name: string, field: unknown) => unknown): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value as Record<string, unknown>)) {
    const mapped = map(name, field);
    if (mapped !== undefined) out[name] = mapped;
  }
  return out;
}

/** The kinds of an installation by name; a stream name tells its kind. */
export class Kinds {
  readonly #byName = new Map<string, Kind<unknown>>();
  readonly eventTypes = new Set<string>();

  constructor(kinds: readonly AnyKind[]) {
    for (const kind of kinds as readonly Kind<unknown>[]) {
      if (this.#byName.has(kind.name)) throw new Error(`two kinds are named ${kind.name}`);
      this.#byName.set(kind.name, kind);
      for (const type of Object.keys(kind.events)) this.eventTypes.add(type);
    }
  }

  get all(): Kind<unknown>[] {
    return [...this.#byName.values()];
  }

  /** Kind and id of a stream name, or undefined for a kind that this program does not know. */
  ofStream(stream: string): { kind: Kind<unknown>; id: string } | undefined {
    const slash = stream.indexOf('/');
    const kind = this.#byName.get(stream.slice(0, slash));
    return kind && { kind, id: stream.slice(slash + 1) };
  }
}
