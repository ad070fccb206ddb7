import type { Session } from '../session/session.ts';

export type Role = Session['roles'][number];

/** In the order of the work, administrators last. */
export const roles: readonly Role[] = [
  'officer',
  'auxiliary',
  'clerk',
  'reviewer',
  'approver',
  'archivist',
  'auditor',
  'sysadmin',
  'secadmin',
];
