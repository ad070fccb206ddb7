import { documentSearchContract } from './document-search.ts';
import { documentStoreContract } from './document-store.ts';
import { engine as mongo } from './mongo-documents.ts';
import { mongoUrl } from './mongo-server.ts';
import { engine as sqlite } from './sqlite-documents.ts';

for (const contract of [documentStoreContract, documentSearchContract]) {
  contract('sqlite', sqlite);
  if (mongoUrl) contract('mongo', mongo);
}
