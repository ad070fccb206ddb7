/** What SQLite says of a damaged file: SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT (https://sqlite.org/rescode.html). */
const DAMAGED = new Set([11, 24, 26]);
const FULL = 13;
const CANNOT_OPEN = 14;

/** The database file is damaged; the message holds what SQLite said of it. */
export class DatabaseDamaged extends Error {
  override name = 'DatabaseDamaged';
}

/** There is no database file to read. */
export class DatabaseMissing extends Error {
  override name = 'DatabaseMissing';
}

/** No space is left for the database; nothing of the request was written. */
export class StorageFull extends Error {
  override name = 'StorageFull';
  readonly code = 'ENOSPC';
}

/** The database was closed, or its thread ended, before the request was answered. */
export class DatabaseClosed extends Error {
  override name = 'DatabaseClosed';
}

/** Gives SQLite's own errors the names above; others stay as they are. */
function fromSqlite(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_OUT_OF_RANGE') return new DatabaseDamaged(`数据库已损坏 / database damaged: ${error.message}`);
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return error;
  const primary = errcode & 0xff;
  if (DAMAGED.has(primary)) return new DatabaseDamaged(`数据库已损坏 / database damaged: ${error.message}`);
  if (primary === FULL) return new StorageFull(`存储空间不足 / no space left: ${error.message}`);
  if (primary === CANNOT_OPEN) return new DatabaseMissing(`无法打开数据库 / cannot open database: ${error.message}`);
  return error;
}

/** An error on its way from the database's thread. */
export interface WireError {
  name: string;
  message: string;
  stack?: string;
}

/** What can cross between threads; SQLite's own errors get our names first. */
export function toWire(error: unknown): WireError {
  const known = fromSqlite(error);
  if (known instanceof Error) return { name: known.name, message: known.message, stack: known.stack };
  return { name: 'Error', message: String(known) };
}

/** The error as the caller's thread throws it, of the same class when that is one of `classes`. */
export function fromWire(wire: WireError, classes: Record<string, new (message: string) => Error>): Error {
  const error = new (classes[wire.name] ?? Error)(wire.message);
  error.name = wire.name;
  if (wire.stack) error.stack = wire.stack;
  return error;
}
