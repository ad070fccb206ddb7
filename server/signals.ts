import { EventEmitter } from 'node:events';

/** What rooms of one process tell each other so that nobody waits for the next round; nothing depends on it being heard. */
interface Words {
  'record.received': [chain: string, recordId: string];
  'person.suspended': [chain: string, personId: string];
  'grant.ended': [chain: string, grantId: string];
  'case.archived': [chain: string, caseId: string];
  'workdays.set': [chain: string];
  'export.requested': [chain: string, exportId: string];
  'export.cancelled': [chain: string, exportId: string];
  'disposal.approved': [chain: string, disposalId: string];
}

export class Signals extends EventEmitter<Words> {}
