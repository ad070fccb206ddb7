import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DocumentDamaged, InvalidCursor, NotDeclared } from '../documents/document-store.ts';
import { SchemaTooNew, SchemaTooOld } from '../schema-version.ts';
import { DatabaseClosed, DatabaseDamaged, DatabaseMissing, fromWire, StorageFull, type WireError } from './errors.ts';
import type { Packed } from './packed.ts';
import type { Answer, Operations, Request, WorkerOptions } from './worker.ts';

/** The file's name in the data folder. */
export const DATABASE_FILE = 'tiezheng.db';

const classes = {
  DatabaseDamaged,
  DatabaseMissing,
  SchemaTooNew,
  SchemaTooOld,
  StorageFull,
  DatabaseClosed,
  NotDeclared,
  InvalidCursor,
  DocumentDamaged,
  TypeError,
  RangeError,
};

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The database as other threads see it: requests to the thread that owns the connection, answered in order. */
export class SqliteDatabase {
  readonly readOnly: boolean;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #last = 0;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker, readOnly: boolean) {
    this.#worker = worker;
    this.readOnly = readOnly;
    worker.on('message', (answer: Answer) => this.#settle(answer.id, answer.error, answer.result));
    worker.on('error', (error) => this.#fail(error as Error));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#closing ??= this.#ended;
        this.#fail(new DatabaseClosed('数据库已关闭 / the database is closed'));
        resolve();
      });
    });
  }

  /**
   * Opens `<dir>/tiezheng.db`, making it when it is not there. With `readOnly` it is one snapshot, beside a live server (for fsck), and
   * is never made. Throws DatabaseDamaged, DatabaseMissing, SchemaTooNew, SchemaTooOld.
   */
  static async open(dir: string, { readOnly = false }: { readOnly?: boolean } = {}): Promise<SqliteDatabase> {
    const options: WorkerOptions = { file: join(dir, DATABASE_FILE), readOnly };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
    const database = new SqliteDatabase(worker, readOnly);
    await new Promise((resolve, reject) => database.#waiting.set(0, { resolve, reject }));
    return database;
  }

  /** Runs one operation in the database's thread. Packed bytes in an argument are moved, not copied. */
  call<K extends keyof Operations>(op: K, ...args: Parameters<Operations[K]>): Promise<ReturnType<Operations[K]>> {
    if (this.#closing) return Promise.reject(new DatabaseClosed('数据库已关闭 / the database is closed'));
    const id = ++this.#last;
    const moved = args.flatMap((arg) => (isPacked(arg) ? [arg.data.buffer] : []));
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, op, args } satisfies Request, moved);
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** The lines of PRAGMA integrity_check: `ok`, or what SQLite found; a check that cannot even run is a line too. */
  async integrity(): Promise<string[]> {
    try {
      return await this.call('integrity');
    } catch (error) {
      if (error instanceof DatabaseDamaged) return [error.message];
      throw error;
    }
  }

  /** After a disposal: takes what was deleted out of the write-ahead log too. False while another reader still holds a snapshot. */
  purge(): Promise<boolean> {
    return this.call('purge');
  }

  /** Answers what was asked before, then closes the file. Can be called twice. */
  close(): Promise<void> {
    if (!this.#closing) {
      this.#worker.postMessage({ id: ++this.#last, op: 'close', args: [] } satisfies Request);
      this.#closing = this.#ended;
    }
    return this.#closing;
  }

  #settle(id: number, error: WireError | undefined, result: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(fromWire(error, classes));
    else waiting?.resolve(result);
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function isPacked(value: unknown): value is Packed {
  return typeof value === 'object' && value !== null && 'ends' in value && 'data' in value;
}
