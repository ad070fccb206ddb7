/** The thread that owns the connection. Requests that lie waiting share one transaction, so one fsync; each is atomic by itself. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { documentOperations } from '../documents/sqlite-operations.ts';
import { ledgerOperations } from '../ledger/sqlite-operations.ts';
import { BUSY_TIMEOUT, type Connection, openConnection } from './connection.ts';
import { fromWire, toWire, type WireError } from './errors.ts';

const BATCH = 256;

export interface WorkerOptions {
  file: string;
  readOnly: boolean;
}

export interface Request {
  id: number;
  op: string;
  args: unknown[];
}

export interface Answer {
  id: number;
  result?: unknown;
  error?: WireError;
}

/** Operations of the file as a whole. */
function fileOperations(connection: Connection) {
  const { db } = connection;
  return {
    reads: {
      /** The lines of PRAGMA integrity_check: one "ok", or the faults. */
      integrity: (): string[] =>
        connection
          .sql('PRAGMA integrity_check(1000)')
          .all()
          .map((row) => String(row.integrity_check)),
    },
    writes: {},
    /** Outside a transaction. */
    alone: {
      /** Moves the log into the file and empties it, so that what was deleted is nowhere any more; false while a reader needs it. */
      purge: (): boolean => {
        db.exec('PRAGMA busy_timeout = 0');
        try {
          return connection.sql('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
        } finally {
          db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
        }
      },
    },
  };
}

function allOperations(connection: Connection) {
  const file = fileOperations(connection);
  const ledger = ledgerOperations(connection);
  const documents = documentOperations(connection);
  return {
    reads: { ...file.reads, ...ledger.reads, ...documents.reads },
    writes: { ...ledger.writes, ...documents.writes },
    alone: file.alone,
  };
}

type All = ReturnType<typeof allOperations>;
export type Operations = All['reads'] & All['writes'] & All['alone'];
type Table = Record<string, (...args: never[]) => unknown>;

function serve(port: NonNullable<typeof parentPort>, connection: Connection): void {
  const { db, readOnly } = connection;
  const operations = allOperations(connection);
  const reads: Table = operations.reads;
  const writes: Table = operations.writes;
  const alone: Table = operations.alone;

  const run = (operation: (...args: never[]) => unknown, { id, args }: Request): Answer => {
    try {
      return { id, result: operation(...(args as never[])) };
    } catch (error) {
      return { id, error: toWire(error) };
    }
  };

  const write = (operation: (...args: never[]) => unknown, request: Request): Answer => {
    if (readOnly) return { id: request.id, error: toWire(new Error('the database is open for reading only')) };
    if (!db.isTransaction) db.exec('BEGIN IMMEDIATE');
    db.exec('SAVEPOINT request');
    const answer = run(operation, request);
    if (answer.error && db.isTransaction) db.exec('ROLLBACK TO request');
    if (db.isTransaction) db.exec('RELEASE request');
    return answer;
  };

  const handle = (request: Request): Answer => {
    const own = (table: Table) => (Object.hasOwn(table, request.op) ? table[request.op] : undefined);
    const writing = own(writes);
    if (writing) return write(writing, request);
    const other = own(reads) ?? own(alone);
    return other ? run(other, request) : { id: request.id, error: toWire(new Error(`no operation ${request.op}`)) };
  };

  /** Answers leave only after the commit. When the transaction is lost on the way, all that shared it are told so. */
  const handleTogether = (requests: Request[]): Answer[] => {
    try {
      const answers = requests.map((request) => {
        const answer = handle(request);
        const lost = Object.hasOwn(writes, request.op) && !readOnly && !db.isTransaction;
        if (lost) throw fromWire(answer.error ?? toWire('the transaction was rolled back'), {});
        return answer;
      });
      if (!readOnly && db.isTransaction) db.exec('COMMIT');
      return answers;
    } catch (error) {
      if (!readOnly && db.isTransaction) db.exec('ROLLBACK');
      return requests.map(({ id }) => ({ id, error: toWire(error) }));
    }
  };

  const close = () => {
    db.close();
    port.close();
  };

  port.on('message', (first: Request) => {
    const waiting: Request[] = [];
    let next: Request | undefined = first;
    while (next) {
      const barrier = next.op === 'close' || Object.hasOwn(alone, next.op);
      if (!barrier) waiting.push(next);
      if (barrier || waiting.length === BATCH) {
        for (const answer of handleTogether(waiting.splice(0))) post(port, answer);
        if (next.op === 'close') return close();
        if (barrier) post(port, handle(next));
      }
      next = receiveMessageOnPort(port)?.message;
    }
    if (waiting.length > 0) for (const answer of handleTogether(waiting)) post(port, answer);
  });
}

function post(port: NonNullable<typeof parentPort>, answer: Answer): void {
  const packed = (answer.result as { packed?: { data: Uint8Array<ArrayBuffer> } } | undefined)?.packed;
  port.postMessage(answer, packed ? [packed.data.buffer] : []);
}

if (parentPort) {
  const { file, readOnly } = workerData as WorkerOptions;
  try {
    serve(parentPort, openConnection(file, readOnly));
    parentPort.postMessage({ id: 0 } satisfies Answer);
  } catch (error) {
    parentPort.postMessage({ id: 0, error: toWire(error) } satisfies Answer);
    parentPort.close();
  }
}
