import type { KindSpec } from '../../storage/documents/document-store.ts';
import { attemptDocuments } from './attempts.ts';
import { bearerTokenDocuments } from './bearer-tokens.ts';
import { credentialDocuments } from './credentials.ts';
import { sessionDocuments } from './sessions.ts';
import { setupDocuments } from './setup-link.ts';

/** The working state of this room: none of it is evidence. What its loss means is in docs/operations.md. */
export const accessDocuments: KindSpec[] = [
  sessionDocuments,
  bearerTokenDocuments,
  credentialDocuments,
  attemptDocuments,
  ...setupDocuments,
];
