import type { Body } from '../api/query.ts';

export type Subject = Body<'/subjects/{id}'>;

export const subjectTypes = ['person', 'organisation', 'unknown'] as const satisfies Subject['type'][];
export const idTypes = [
  'resident-id',
  'credit-code',
  'passport',
  'mainland-travel-permit',
  'military-id',
  'foreign-permanent-residence',
  'other',
] as const satisfies Subject['idType'][];
