import { accountKind } from './access/account.ts';
import { agencyKind } from './access/agency.ts';
import { departmentKind } from './access/department.ts';
import { personKind } from './access/person.ts';
import { exportKind } from './archive/events.ts';
import { caseKind } from './cases/events.ts';
import { certificateKind } from './certificates/events.ts';
import { dockKind } from './devices/dock.ts';
import { deviceKind } from './devices/events.ts';
import { disposalKind } from './disposal/events.ts';
import { dockDayKind } from './docking/dock-day.ts';
import { uploadKind } from './ingest/events.ts';
import { Kinds } from './ledger/kind.ts';
import { workdaysKind } from './policy/workday-years.ts';
import { recordKind } from './records/events.ts';
import { objectKind } from './records/object-kind.ts';
import { grantKind } from './retrieval/grant-events.ts';
import { viewingKind } from './retrieval/viewing-events.ts';
import { subjectKind } from './subjects/events.ts';

/** Every kind of stream there is. */
export const kinds = new Kinds([
  deviceKind,
  dockKind,
  dockDayKind,
  personKind,
  departmentKind,
  agencyKind,
  accountKind,
  subjectKind,
  caseKind,
  recordKind,
  objectKind,
  grantKind,
  viewingKind,
  uploadKind,
  exportKind,
  disposalKind,
  certificateKind,
  workdaysKind,
]);
