import type { KindSpec } from '../storage/documents/document-store.ts';
import { accessDocuments } from './access/documents.ts';
import { archiveDocuments } from './archive/progress.ts';
import { dutyDocuments } from './duty.ts';
import { uploadDocuments } from './ingest/progress.ts';
import { kinds } from './kinds.ts';
import { blockDocuments } from './ledger/entry-blocks.ts';
import { keyDocuments } from './ledger/keys.ts';
import { knownDocuments } from './ledger/known.ts';
import { viewDocuments } from './ledger/views.ts';
import { logDocuments } from './log/reservation.ts';
import { placeDocuments } from './move/place.ts';
import { personalDocuments } from './personal/personal-keys.ts';
import { installationDocuments } from './seal/installation-keys.ts';

/** Every kind of document there is: the views of all streams, and the working state of each room. */
export const documentKinds: KindSpec[] = [
  ...kinds.all.map(({ name, indexes, text }) => ({
    kind: name,
    sort: 'view' as const,
    indexes,
    ...(text && { text }),
  })),
  ...keyDocuments,
  ...accessDocuments,
  ...viewDocuments,
  ...blockDocuments,
  ...knownDocuments,
  ...uploadDocuments,
  ...archiveDocuments,
  ...installationDocuments,
  ...personalDocuments,
  ...logDocuments,
  ...dutyDocuments,
  ...placeDocuments,
];
