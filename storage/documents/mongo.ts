import type { Connection, Model } from 'mongoose';
import { duplicatesIn, isDuplicate, type MongoOptions } from '../mongo/database.ts';
import { Gathered } from '../mongo/gathered.ts';
import { parseBody } from './body.ts';
import { checkDocument } from './check-document.ts';
import { digestOf } from './document-digest.ts';
import {
  type Document,
  DocumentDamaged,
  type DocumentStore,
  type Filter,
  type KindSpec,
  NotDeclared,
  type Page,
  type Query,
} from './document-store.ts';
import { mongoFilter } from './mongo-filter.ts';
import { declarationOf, derive, faultOf, rowSchema, type StoredRow } from './mongo-rows.ts';
import { findRows } from './mongo-search.ts';

const BATCH = 500;

interface Shelf {
  spec: KindSpec;
  rows: Model<StoredRow>;
  reading: Gathered<string, StoredRow | undefined>;
  saving: Gathered<StoredRow, boolean>;
}

/** Documents in MongoDB, a collection for each kind. Nothing here needs more than a single document written whole. */
export class MongoDocumentStore implements DocumentStore {
  readonly #shelves: ReadonlyMap<string, Shelf>;

  private constructor(shelves: ReadonlyMap<string, Shelf>) {
    this.#shelves = shelves;
  }

  /** The store for these kinds. Documents that were indexed by another declaration are indexed again first. */
  static async open(
    connection: Connection,
    kinds: readonly KindSpec[],
    { readOnly = false }: MongoOptions = {},
  ): Promise<MongoDocumentStore> {
    const shelves = new Map<string, Shelf>();
    for (const given of kinds) {
      const spec = { ...given, indexes: [...new Set(given.indexes)] };
      const rows = connection.model<StoredRow>(`document ${spec.kind}`, rowSchema(spec));
      if (!readOnly) {
        await rows.createIndexes();
        await reindex(spec, rows);
      }
      const reading = new Gathered<string, StoredRow | undefined>((ids) => readAll(rows, ids));
      const saving = new Gathered<StoredRow, boolean>((batch) => saveAll(rows, batch));
      shelves.set(spec.kind, { spec, rows, reading, saving });
    }
    return new MongoDocumentStore(shelves);
  }

  async get(kind: string, id: string): Promise<Document | undefined> {
    const row = await this.#shelf(kind).reading.ask(id);
    return row && documentOf(kind, row);
  }

  async getMany(kind: string, ids: readonly string[]): Promise<Document[]> {
    const found = await readAll(this.#shelf(kind).rows, ids);
    return found.flatMap((row) => (row ? [documentOf(kind, row)] : []));
  }

  async save(documents: readonly Document[]): Promise<boolean[]> {
    const writes = documents.map((document) => ({ shelf: this.#shelf(document.kind), row: this.#rowOf(document) }));
    const saved: boolean[] = [];
    while (saved.length < writes.length) {
      const next = together(writes.slice(saved.length));
      saved.push(...(await Promise.all(next.map(({ shelf, row }) => shelf.saving.ask(row)))));
    }
    return saved;
  }

  async swap(document: Document, expected: number | undefined): Promise<boolean> {
    const { rows } = this.#shelf(document.kind);
    const row = this.#rowOf(document);
    if (expected === undefined) return await insert(rows, row);
    const { matchedCount } = await rows.replaceOne({ _id: row._id, version: expected }, row);
    return matchedCount === 1;
  }

  async delete(kind: string, ids: readonly string[]): Promise<void> {
    await this.#shelf(kind).rows.deleteMany({ _id: { $in: [...ids] } });
  }

  async deleteKind(kind: string): Promise<void> {
    await this.#shelf(kind).rows.deleteMany({});
  }

  async find(kind: string, query: Query): Promise<Page> {
    const { spec, rows } = this.#shelf(kind);
    const { found, next } = await findRows(rows, spec, query);
    return { items: found.map((row) => documentOf(kind, row)), ...(next === undefined ? {} : { next }) };
  }

  async count(kind: string, chain: string, filter?: Filter): Promise<number> {
    const { spec, rows } = this.#shelf(kind);
    return await rows.countDocuments({ chain, ...mongoFilter(spec, filter) });
  }

  async *all(kind: string): AsyncGenerator<Document> {
    for await (const { _id: id, chain, version, body: text } of everyRow(this.#shelf(kind).rows)) {
      const body = parseBody(text);
      if (body) yield { kind, id, chain, version, body };
    }
  }

  async *faults(kind: string): AsyncGenerator<{ id: string; fault: string }> {
    const { spec, rows } = this.#shelf(kind);
    for await (const row of everyRow(rows)) {
      const fault = faultOf(spec, row);
      if (fault) yield { id: row._id, fault };
    }
  }

  #shelf(kind: string): Shelf {
    const shelf = this.#shelves.get(kind);
    if (!shelf) throw new NotDeclared(`${kind} is no declared kind of document`);
    return shelf;
  }

  /** Throws a TypeError on a document that would not come back as it was. */
  #rowOf(document: Document): StoredRow {
    checkDocument(document);
    const { kind, id, chain, version } = document;
    const body = JSON.stringify(document.body);
    const derived = derive(this.#shelf(kind).spec, JSON.parse(body));
    return { _id: id, chain, version, body, digest: digestOf(kind, document, body), ...derived };
  }
}

const everyRow = (rows: Model<StoredRow>) => rows.find().sort({ _id: 1 }).lean().cursor({ batchSize: BATCH });

/** The first writes that need no order: those of another kind come after, and of one document the later after the earlier. */
function together(writes: readonly { shelf: Shelf; row: StoredRow }[]) {
  const ids = new Set<string>();
  const end = writes.findIndex(({ shelf, row }) => shelf !== writes[0]?.shelf || ids.size === ids.add(row._id).size);
  return end < 0 ? writes : writes.slice(0, end);
}

/** Those that are there, each at the place of its id. */
async function readAll(rows: Model<StoredRow>, ids: readonly string[]): Promise<(StoredRow | undefined)[]> {
  const found = await rows.find({ _id: { $in: [...ids] } }).lean();
  const byId = new Map(found.map((row) => [row._id, row]));
  return ids.map((id) => byId.get(id));
}

/** As `saveForward`, of many in one request. */
async function saveAll(rows: Model<StoredRow>, batch: readonly StoredRow[]): Promise<boolean[]> {
  const saved = batch.map(() => true);
  const alone: number[] = [];
  const ids = new Set<string>();
  const first = batch.flatMap((row, index) => {
    if (ids.size < ids.add(row._id).size) return [index];
    alone.push(index);
    return [];
  });
  if (first.length === 1) alone.unshift(...first);
  else {
    const operations = first.map((index) => {
      const replacement = batch[index] as StoredRow;
      return { replaceOne: { filter: behind(replacement), replacement, upsert: true } };
    });
    await rows.bulkWrite(operations, { ordered: false }).catch((error) => {
      const taken = duplicatesIn(error);
      if (!taken) throw error;
      alone.unshift(...taken.map((position) => first[position] as number));
    });
  }
  for (const index of alone) saved[index] = await saveForward(rows, batch[index] as StoredRow);
  return saved;
}

const behind = (row: StoredRow) => ({ _id: row._id, version: { $lt: row.version } });

/**
 * Documents only move forward: one of the same version or a later one stays. In one step, new or not: what does not match the filter is
 * inserted, and then its id is taken.
 */
async function saveForward(rows: Model<StoredRow>, row: StoredRow): Promise<boolean> {
  for (;;) {
    try {
      await rows.replaceOne(behind(row), row, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const there = await rows.findOne({ _id: row._id }, { version: 1 }).lean();
      // Gone or behind again: another process was between the steps.
      if (there && there.version >= row.version) return false;
    }
  }
}

/** False when the id is taken. */
async function insert(rows: Model<StoredRow>, row: StoredRow): Promise<boolean> {
  try {
    await rows.insertMany([row], { lean: true });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

async function reindex(spec: KindSpec, rows: Model<StoredRow>): Promise<void> {
  const stale = rows
    .find({ by: { $ne: declarationOf(spec) } })
    .sort({ _id: 1 })
    .lean()
    .cursor({ batchSize: BATCH });
  for await (const { _id, version, body } of stale) {
    const parsed = parseBody(body);
    // What was written meanwhile was indexed by its writer.
    if (parsed) await rows.updateOne({ _id, version }, { $set: derive(spec, parsed) });
  }
}

function documentOf(kind: string, { _id: id, chain, version, body: text }: StoredRow): Document {
  const body = parseBody(text);
  if (!body) throw new DocumentDamaged(`${kind} ${id}: the stored body is no JSON object`);
  return { kind, id, chain, version, body };
}
