import type { Body, Item } from '../api/query.ts';

export type CaseItem = Item<'/cases'>;
export type OneCase = Body<'/cases/{id}'>;
export type Deadline = OneCase['deadlines'][number];
export type Stages = Body<'/cases/{id}/stages'>;
export type Stage = CaseItem['stage'];

export const caseKinds = [
  'penalty',
  'inspection',
  'coercion',
  'licence',
  'levy',
  'other',
] as const satisfies CaseItem['kind'][];
export const stages = [
  ...(['SOURCE', 'INSPECT', 'SUMMARY', 'FILE', 'INVESTIGATE', 'PRESERVE', 'COERCE', 'CONCLUDE', 'REVIEW'] as const),
  ...(['NOTICE', 'HEARING', 'DECIDE', 'SERVE', 'EXECUTE', 'CLOSE', 'ARCHIVE', 'PUBLISH'] as const),
] as const satisfies Stage[];
export const subjectRoles = [
  'party',
  'third-party',
  'agent',
  'witness',
  'other',
] as const satisfies OneCase['subjects'][number]['role'][];
export const teamRoles = [
  'lead',
  'member',
  'recorder',
  'auxiliary',
] as const satisfies OneCase['team'][number]['role'][];
