import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { DATABASE_FILE, SqliteDatabase } from '../../storage/sqlite/client.ts';
import type { DocumentEngine } from './document-engine.ts';
import { folders } from './engine.ts';

export const engine: DocumentEngine = {
  ...folders,
  async open(place, kinds) {
    const database = await SqliteDatabase.open(place);
    return { store: await SqliteDocumentStore.open(database, kinds), close: () => database.close() };
  },
  async damage(place, kind, id, from, to) {
    const db = new DatabaseSync(join(place, DATABASE_FILE));
    const body = String(db.prepare('SELECT body FROM documents WHERE kind = ? AND id = ?').get(kind, id)?.body);
    if (!body.includes(from)) throw new Error(`the stored body has no ${from}`);
    db.prepare('UPDATE documents SET body = ? WHERE kind = ? AND id = ?').run(body.replace(from, to), kind, id);
    db.close();
  },
};
