import { SqliteLedgerStore } from '../../storage/ledger/sqlite.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';
import { folders } from './engine.ts';
import type { LedgerEngine } from './ledger-store.ts';

export const engine: LedgerEngine = {
  ...folders,
  module: import.meta.url,
  async open(place) {
    const database = await SqliteDatabase.open(place);
    return { store: new SqliteLedgerStore(database), close: () => database.close() };
  },
};
