import archive from './archive.zh.ts';
import audit from './audit.zh.ts';
import cases from './cases.zh.ts';
import certificates from './certificates.zh.ts';
import common from './common.zh.ts';
import departments from './departments.zh.ts';
import devices from './devices.zh.ts';
import disposal from './disposal.zh.ts';
import docking from './docking.zh.ts';
import home from './home.zh.ts';
import inbox from './inbox.zh.ts';
import people from './people.zh.ts';
import records from './records.zh.ts';
import retention from './retention.zh.ts';
import retrieval from './retrieval.zh.ts';
import session from './session.zh.ts';
import subjects from './subjects.zh.ts';
import system from './system.zh.ts';
import uploads from './uploads.zh.ts';
import verify from './verify.zh.ts';

/** One area is one folder of pages, or what they share. */
export const words = {
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
