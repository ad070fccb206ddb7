import { ledgerStoreContract } from './ledger-store.ts';
import { engine as mongo } from './mongo-ledger.ts';
import { mongoUrl } from './mongo-server.ts';
import { engine as sqlite } from './sqlite-ledger.ts';

ledgerStoreContract('sqlite', sqlite);
if (mongoUrl) ledgerStoreContract('mongo', mongo);
