import { ledgerStoreContract } from './ledger-store.ts';
import { engine as sqlite } from './sqlite-ledger.ts';

ledgerStoreContract('sqlite', sqlite);
