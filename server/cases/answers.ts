import { z } from 'zod';
import { personKind } from '../access/person.ts';
import { termOfCase, termView } from '../archive/term.ts';
import { termRulesOf } from '../archive/terms.ts';
import type { Context } from '../http/context.ts';
import { namesOf, viewsById } from '../ledger/find-views.ts';
import { caseKinds, stages } from '../policy/case-kinds.ts';
import { dayOf } from '../policy/day.ts';
import { caseRetention, retentionPeriods } from '../policy/retention.ts';
import { externalId } from '../records/shapes.ts';
import { subjectKind, subjectTypes } from '../subjects/events.ts';
import { deadlinesOf, deadlineView, runningDeadline, runningOf } from './deadline-answers.ts';
import { type CaseState, subjectRoles, teamRoles } from './events.ts';

const stage = z.enum(stages);

const fields = {
  id: z.string(),
  state: z.enum(['open', 'closed']),
  kind: z.enum(caseKinds),
  cause: z.string(),
  caseNo: z.string().optional(),
  departmentId: z.string(),
  stage,
  subjectIds: z.array(z.string()),
  openedAt: z.string(),
  openedBy: z.string(),
  closedAt: z.string().optional(),
  externalIds: z.array(externalId),
};

/** A case in a list. */
export const caseItem = z.object(fields);

/** How long its file is kept: as an archivist appraised it, or by the policy set, whose source is then cited. */
const retention = z.object({
  period: z.enum(retentionPeriods),
  reason: z.string().optional(),
  by: z.string().optional(),
  at: z.string().optional(),
  citation: z.string().optional(),
});

/** A case in the list of cases, with what it has to be done by, the next first. */
export const listedCase = caseItem.extend({ deadlines: z.array(runningDeadline) });

export const listed = ({ deps }: Pick<Context, 'deps'>, file: CaseState): z.input<typeof listedCase> => ({
  ...file,
  deadlines: runningOf(file, today(deps)),
});

const today = ({ now, config }: Context['deps']): string => dayOf(now().toISOString(), config.ZONE);

/** A case with its parts; names of subjects and people are those of now. */
export const caseView = z.object({
  ...fields,
  archivedAt: z.string().optional(),
  retention,
  term: termView,
  stages: z.array(z.object({ stage, at: z.string(), by: z.string(), note: z.string().optional() })),
  subjects: z.array(
    z.object({
      id: z.string(),
      subjectId: z.string(),
      role: z.enum(subjectRoles),
      name: z.string(),
      type: z.enum(subjectTypes),
      minor: z.boolean(),
      at: z.string(),
      ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
    }),
  ),
  team: z.array(
    z.object({
      id: z.string(),
      personId: z.string(),
      role: z.enum(teamRoles),
      name: z.string().optional(),
      from: z.string(),
      to: z.string().optional(),
    }),
  ),
  deadlines: z.array(deadlineView),
});

export async function caseAnswer(context: Context, file: CaseState): Promise<z.input<typeof caseView>> {
  const { deps, chain } = context;
  const subjectIds = file.subjects.map(({ subjectId }) => subjectId);
  const subjects = await viewsById(deps, subjectKind, chain, subjectIds);
  const people = file.team.map(({ personId }) => personId);
  const names = await namesOf(deps, personKind, chain, people);
  return {
    ...file,
    retention: file.retention ?? caseRetention[file.kind],
    term: termOfCase(file, termRulesOf(deps)),
    subjects: file.subjects.map((part) => {
      const { name = '', type = 'unknown', minor = false } = subjects.get(part.subjectId) ?? {};
      return { ...part, name, type, minor };
    }),
    team: file.team.map((member) => ({ ...member, ...named(names.get(member.personId)) })),
    deadlines: deadlinesOf(file, today(deps)),
  };
}

const named = (name: string | undefined) => (name === undefined ? {} : { name });
