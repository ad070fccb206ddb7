import { z } from 'zod';
import { type Feature, route } from '../http/route.ts';
import { type PolicySet, type PolicyValue, policyUnits } from './policy-set.ts';

/** The numbers in force, each with its source. */
export const policyAnswer = z.object({
  version: z.int(),
  values: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.enum(policyUnits),
      citation: z.string(),
      binding: z.enum(['law', 'adopted', 'model']),
      effectiveFrom: z.string(),
    }),
  ),
});

export function showPolicy({ version, ...values }: PolicySet): z.input<typeof policyAnswer> {
  const listed = Object.entries(values) as [string, PolicyValue][];
  return { version, values: listed.map(([name, value]) => ({ name, ...value })) };
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
  ],
});
