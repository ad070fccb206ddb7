/**
 * The one permission matrix: who may do what, and how far it reaches. What is not written here is refused.
 * `own`: what the person themself made, wears, asked for or is on the team of. `department`: what belongs to a department that the
 * person is a member of today. `agency`: everything in the agency. Nothing reaches into another agency.
 */
export const roles = [
  'officer',
  'auxiliary',
  'clerk',
  'reviewer',
  'approver',
  'archivist',
  'auditor',
  'sysadmin',
  'secadmin',
] as const;
export type Role = (typeof roles)[number];

/** 等保 (GB/T 22239, 安全管理): these three are never one person. */
export const exclusiveRoles: readonly Role[] = ['auditor', 'sysadmin', 'secadmin'];

/** From the narrowest to the widest. */
export const reaches = ['own', 'department', 'agency'] as const;
export type Reach = (typeof reaches)[number];
type Row = Partial<Record<Role, Reach>>;

const everyone = (reach: Reach): Row => Object.fromEntries(roles.map((role) => [role, reach]));

export const matrix = {
  'organisation.read': everyone('agency'),
  'organisation.manage': { sysadmin: 'agency' },
  'person.read': everyone('agency'),
  'person.manage': { sysadmin: 'agency' },
  'person.secure': { secadmin: 'agency' },
  'device.read': {
    officer: 'department',
    clerk: 'department',
    approver: 'department',
    archivist: 'agency',
    auditor: 'agency',
    sysadmin: 'agency',
    secadmin: 'agency',
  },
  'device.manage': { sysadmin: 'agency' },
  'dock.secure': { secadmin: 'agency' },

  'subject.read': {
    officer: 'agency',
    auxiliary: 'agency',
    clerk: 'agency',
    reviewer: 'agency',
    approver: 'agency',
    archivist: 'agency',
    auditor: 'agency',
  },
  'subject.write': { officer: 'agency', clerk: 'agency' },
  'subject.reveal': { officer: 'agency', clerk: 'agency', reviewer: 'agency', approver: 'agency', archivist: 'agency' },

  'case.read': {
    officer: 'department',
    auxiliary: 'own',
    clerk: 'department',
    reviewer: 'agency',
    approver: 'department',
    archivist: 'agency',
    auditor: 'agency',
  },
  'case.open': { officer: 'department', clerk: 'department' },
  'case.write': { officer: 'department', clerk: 'department' },
  /** How long its file is kept: 鉴定 is the archivists'. */
  'case.appraise': { archivist: 'agency' },
  /** More time for what a case has to be done by: 经行政机关负责人批准. */
  'case.extend': { approver: 'department' },

  'record.upload': { officer: 'department', auxiliary: 'department', clerk: 'department' },
  'record.read': {
    officer: 'department',
    auxiliary: 'own',
    clerk: 'department',
    reviewer: 'agency',
    approver: 'department',
    archivist: 'agency',
    auditor: 'agency',
  },
  'record.write': { officer: 'department', auxiliary: 'own', clerk: 'department' },
  'record.confirm': { officer: 'department', auxiliary: 'own' },
  'record.link': { officer: 'department', auxiliary: 'own', clerk: 'department' },
  'record.receipt': {
    officer: 'department',
    auxiliary: 'own',
    clerk: 'department',
    archivist: 'agency',
    auditor: 'agency',
  },
  /** By docks alone: no person takes anything off a card through this service. */
  'card.erase': {},
  'dock-day.state': {},
  'dock-day.read': {
    officer: 'department',
    clerk: 'department',
    approver: 'department',
    auditor: 'agency',
    sysadmin: 'agency',
    secadmin: 'agency',
  },
  'upload.read': { officer: 'department', auxiliary: 'own', clerk: 'department' },

  'grant.request': {
    officer: 'agency',
    reviewer: 'agency',
    approver: 'agency',
    archivist: 'agency',
    auditor: 'agency',
  },
  'grant.read': {
    officer: 'own',
    reviewer: 'own',
    approver: 'department',
    archivist: 'own',
    auditor: 'agency',
    secadmin: 'agency',
  },
  'grant.answer': { approver: 'department' },
  'grant.revoke': { approver: 'department', secadmin: 'agency' },
  'viewing.open': { officer: 'own', reviewer: 'own', approver: 'own', archivist: 'own', auditor: 'own' },

  'export.create': { archivist: 'agency' },
  'export.read': { archivist: 'agency' },
  'disposal.read': { archivist: 'agency', approver: 'department', auditor: 'agency' },
  'disposal.propose': { archivist: 'agency' },
  'disposal.answer': { approver: 'department' },
  /** How evidence is locked where it lies, with addresses that others can be given for some minutes; no byte. */
  'lock.read': { archivist: 'agency', auditor: 'agency' },
  'ledger.read': { auditor: 'agency' },
  /** The ledger with names and titles, and reports of who had access; tokens for the log do not open it. */
  'audit.read': { auditor: 'agency' },
  'log-token.manage': { auditor: 'own' },

  'certificate.read': { auditor: 'agency', sysadmin: 'agency', secadmin: 'agency' },
  'certificate.revoke': { sysadmin: 'agency', secadmin: 'agency' },
  'system.read': { sysadmin: 'agency' },
} as const satisfies Record<string, Row>;

export type Permission = keyof typeof matrix;
export const permissions = Object.keys(matrix) as Permission[];

/** The widest reach that any of the roles gives for a permission, with the role that gives it; undefined when none does. */
export function reachOf(permission: Permission, held: readonly Role[]): { reach: Reach; role: Role } | undefined {
  const row: Row = matrix[permission];
  let best: { reach: Reach; role: Role } | undefined;
  for (const role of held) {
    const reach = row[role];
    if (reach && (!best || reaches.indexOf(reach) > reaches.indexOf(best.reach))) best = { reach, role };
  }
  return best;
}
