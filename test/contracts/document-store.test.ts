import { documentStoreContract } from './document-store.ts';
import { engine as sqlite } from './sqlite-documents.ts';

documentStoreContract('sqlite', sqlite);
