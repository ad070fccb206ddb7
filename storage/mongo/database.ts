import { type Connection, createConnection, Schema } from 'mongoose';
import { pendingMigrations } from '../schema-version.ts';
import { DatabaseDamaged } from '../sqlite/errors.ts';
import { FIRST_VERSION, MIGRATIONS, type Migration } from './schema.ts';

const SELECT_MS = 10_000;
const WRITE_MS = 20_000;
const SOCKET_MS = 60_000;

const metaSchema = new Schema(
  { _id: String, version: { type: Number, required: true } },
  { collection: 'schema', autoIndex: false, autoCreate: false },
);

export interface MongoOptions {
  /** Nothing is made or indexed: what is there is read as it is. */
  readOnly?: boolean;
}

/**
 * Opens the database that the path of a `mongodb:` URL names, brought forward to the newest schema. Throws SchemaTooNew, SchemaTooOld,
 * DatabaseDamaged and what the driver throws.
 */
export async function openMongo(
  url: string,
  { readOnly = false }: MongoOptions = {},
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Connection> {
  const connection = createConnection(url, {
    // Never w:0, nor anything below a majority with its journal: what is acknowledged outlives the loss of a minority of servers.
    w: 'majority',
    journal: true,
    wtimeoutMS: WRITE_MS,
    // What is read is on a majority, and asked of the primary: nothing that is decided on can be rolled back.
    readConcernLevel: 'majority',
    readPreference: 'primary',
    serverSelectionTimeoutMS: SELECT_MS,
    socketTimeoutMS: SOCKET_MS,
    promoteBuffers: true,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
  });
  try {
    await connection.asPromise();
    await migrate(connection, migrations, readOnly);
    return connection;
  } catch (error) {
    await connection.close().catch(() => {});
    throw error;
  }
}

async function migrate(connection: Connection, migrations: readonly Migration[], readOnly: boolean): Promise<void> {
  const meta = connection.model('schema', metaSchema);
  const newest = FIRST_VERSION + migrations.length;
  // What is empty gets the newest schema by its indexes alone.
  const first = { $setOnInsert: { version: newest } };
  const found = readOnly
    ? await meta.findOne({ _id: 'schema' }).lean()
    : await meta.findOneAndUpdate({ _id: 'schema' }, first, { upsert: true, returnDocument: 'after' }).lean();
  const version = found?.version ?? newest;
  if (!Number.isSafeInteger(version) || version < FIRST_VERSION)
    throw new DatabaseDamaged(`数据库已损坏 / database damaged: its schema version is ${version}`);
  for (const { to, migration } of pendingMigrations(version, { first: FIRST_VERSION, migrations, readOnly })) {
    await migration(connection);
    // Only forward: another process may have done it too, and be further.
    await meta.updateOne({ _id: 'schema', version: to - 1 }, { $set: { version: to } });
  }
}

const DUPLICATE = 11000;

/** A unique index refused the write. */
export const isDuplicate = (error: unknown): boolean => codeOf(error) === DUPLICATE;

/** Where an ordered batch was cut by a unique index; undefined when something else went wrong, and its outcome is not known. */
export const cutAt = (error: unknown): number | undefined => duplicatesIn(error)?.[0];

/** Which writes of a batch a unique index refused; undefined when anything else went wrong, and its outcome is not known. */
export function duplicatesIn(error: unknown): number[] | undefined {
  const { writeErrors, result } = error as { writeErrors?: unknown; result?: { getWriteConcernError?(): unknown } };
  const errors = [writeErrors ?? []].flat() as { code?: number; index?: number }[];
  if (errors.length === 0 || result?.getWriteConcernError?.()) return undefined;
  return errors.every(({ code }) => code === DUPLICATE) ? errors.map(({ index }) => index as number) : undefined;
}

const codeOf = (error: unknown) => (error as { code?: unknown } | undefined)?.code;
