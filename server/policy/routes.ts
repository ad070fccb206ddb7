import { z } from 'zod';
import { type Feature, route } from '../http/route.ts';
import { countingSource } from './calendar.ts';
import { caseKinds, stages } from './case-kinds.ts';
import { deadlineNames, deadlinePolicies } from './deadlines.ts';
import { type PolicySet, type PolicyValue, policyUnits } from './policy-set.ts';
import { workdayRoutes } from './workday-routes.ts';

const binding = z.enum(['law', 'adopted', 'model']);

/** The numbers in force, each with its source. */
export const policyAnswer = z.object({
  version: z.int(),
  values: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.enum(policyUnits),
      citation: z.string(),
      binding,
      effectiveFrom: z.string(),
    }),
  ),
  /** By what rules days are counted. */
  counting: z.object({ citation: z.string(), binding }),
  /** What a case has to be done by. */
  deadlines: z.array(
    z.object({
      name: z.enum(deadlineNames),
      label: z.object({ zh: z.string(), en: z.string() }),
      kinds: z.array(z.enum(caseKinds)),
      starts: z.array(z.enum(stages)),
      ends: z.array(z.enum(stages)),
      value: z.int(),
      unit: z.enum(['days', 'workdays']),
      /** A last day that is a day off moves on. */
      rollsOn: z.boolean(),
      citation: z.string(),
      binding,
      effectiveFrom: z.string(),
      extension: z.object({ value: z.int(), citation: z.string() }).optional(),
    }),
  ),
});

export function showPolicy({ version, ...values }: PolicySet): z.input<typeof policyAnswer> {
  const listed = Object.entries(values) as [string, PolicyValue][];
  const deadlines = deadlineNames.map((name) => {
    const { kinds, starts, ends, ...policy } = deadlinePolicies[name];
    return { name, ...policy, kinds: [...kinds], starts: [...starts], ends: [...ends] };
  });
  return { version, values: listed.map(([name, value]) => ({ name, ...value })), counting: countingSource, deadlines };
}

/** Whoever is held to the numbers may read them. */
export const policyRoutes: Feature = ({ policy }) => ({
  routes: [
    route({
      method: 'get',
      path: '/policy',
      summary: { zh: '现行数值及其依据', en: 'The numbers in force, with their sources' },
      access: { session: true },
      leaves: [],
      answer: policyAnswer,
      handler: async () => showPolicy(policy),
    }),
    ...workdayRoutes,
  ],
});
