import { archivePages } from './archive/pages.ts';
import { auditPages } from './audit/pages.ts';
import { casePages } from './cases/pages.ts';
import { certificatePages } from './certificates/pages.ts';
import { departmentPages } from './departments/pages.ts';
import { devicePages } from './devices/pages.ts';
import { disposalPages } from './disposal/pages.ts';
import { dockingPages } from './docking/pages.ts';
import { homePages } from './home/pages.ts';
import { inboxPages } from './inbox/pages.ts';
import type { Page } from './page.ts';
import { peoplePages } from './people/pages.ts';
import { recordPages } from './records/pages.ts';
import { retrievalPages } from './retrieval/pages.ts';
import { subjectPages } from './subjects/pages.ts';
import { systemPages } from './system/pages.ts';
import { uploadPages } from './uploads/pages.ts';
import { verifyPages } from './verify/pages.ts';

/** Every page behind the log-in, by area. */
export const pages: readonly Page[] = [
  ...homePages,
  ...uploadPages,
  ...inboxPages,
  ...casePages,
  ...subjectPages,
  ...recordPages,
  ...dockingPages,
  ...archivePages,
  ...disposalPages,
  ...verifyPages,
  ...retrievalPages,
  ...auditPages,
  ...peoplePages,
  ...departmentPages,
  ...devicePages,
  ...certificatePages,
  ...systemPages,
];
