import { z } from 'zod';
import { instantIn } from '../access/periods.ts';
import { says } from '../faults/field-words.ts';
import { text } from '../http/shapes.ts';
import { caseKinds, stages } from '../policy/case-kinds.ts';
import { subjectRoles, teamRoles } from './events.ts';

export const subjectPart = z.strictObject({ subjectId: z.uuid(), role: z.enum(subjectRoles).default('party') });

export const teamPart = z
  .strictObject({
    personId: z.uuid(),
    role: z.enum(teamRoles).default('member'),
    /** Absent: from now on. */
    from: instantIn.optional(),
    to: instantIn.optional(),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: says('not after from') });

export const caseBody = z.strictObject({
  kind: z.enum(caseKinds),
  cause: text(500),
  caseNo: text(100).optional(),
  /** Absent: the caller's department, when there is only one. */
  departmentId: z.uuid().optional(),
  /** Absent: the first stage that a case of the kind may open in. */
  stage: z.enum(stages).optional(),
  subjects: z.array(subjectPart).max(100).default([]),
  team: z.array(teamPart).max(100).default([]),
});
export type CaseBody = z.output<typeof caseBody>;

export const caseChange = z.strictObject({
  cause: text(500).optional(),
  caseNo: text(100).optional(),
  departmentId: z.uuid().optional(),
  reason: text(500),
});
export type CaseChange = z.output<typeof caseChange>;
