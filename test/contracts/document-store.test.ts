import { documentStoreContract } from './document-store.ts';
import { engine as mongo } from './mongo-documents.ts';
import { mongoUrl } from './mongo-server.ts';
import { engine as sqlite } from './sqlite-documents.ts';

documentStoreContract('sqlite', sqlite);
if (mongoUrl) documentStoreContract('mongo', mongo);
