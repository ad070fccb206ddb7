import archive from './archive.en.ts';
import audit from './audit.en.ts';
import cases from './cases.en.ts';
import certificates from './certificates.en.ts';
import common from './common.en.ts';
import departments from './departments.en.ts';
import devices from './devices.en.ts';
import disposal from './disposal.en.ts';
import docking from './docking.en.ts';
import home from './home.en.ts';
import inbox from './inbox.en.ts';
import type { Words } from './index.ts';
import people from './people.en.ts';
import records from './records.en.ts';
import retention from './retention.en.ts';
import retrieval from './retrieval.en.ts';
import session from './session.en.ts';
import subjects from './subjects.en.ts';
import system from './system.en.ts';
import uploads from './uploads.en.ts';
import verify from './verify.en.ts';

export const words: Words = {
  archive,
  audit,
  cases,
  certificates,
  common,
  departments,
  devices,
  disposal,
  docking,
  home,
  inbox,
  people,
  records,
  retention,
  retrieval,
  session,
  subjects,
  system,
  uploads,
  verify,
};
