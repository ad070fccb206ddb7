import { MongoLedgerStore } from '../../storage/ledger/mongo.ts';
import { openMongo } from '../../storage/mongo/database.ts';
import type { LedgerEngine } from './ledger-store.ts';
import { databases } from './mongo-server.ts';

export const engine: LedgerEngine = {
  ...databases,
  module: import.meta.url,
  async open(place) {
    const connection = await openMongo(place);
    return { store: await MongoLedgerStore.open(connection), close: () => connection.close() };
  },
};
