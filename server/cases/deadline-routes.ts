import { z } from 'zod';
import { Fault } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { text } from '../http/shapes.ts';
import { ofCase } from '../records/reach.ts';
import { caseView } from './answers.ts';
import { extend, settle } from './deadlines.ts';
import { change } from './part-routes.ts';
import { isOnTeam } from './team.ts';

const partParam = z.strictObject({ id: z.uuid(), part: z.uuid() });

/** What people say of the deadlines of a case; the rest follows from its stages. */
export function deadlineRoutes(): Route[] {
  return [
    route({
      method: 'post',
      path: '/cases/{id}/deadlines/{part}/extend',
      summary: { zh: '延长案件期限', en: 'Extend a deadline of a case' },
      access: { permission: 'case.extend', of: ofCase },
      leaves: ['case.deadline-extended'],
      params: partParam,
      body: z.strictObject({
        /** How much longer, in the unit of the deadline. */
        value: z.int().min(1).max(365),
        /** The rule that lets it, where that is not the deadline's own: what is not counted in, or a law that says otherwise. */
        basis: text(500).optional(),
        /** The day of the approval; today unless told. */
        approvedOn: z.iso.date().optional(),
        reason: text(500),
      }),
      answer: caseView,
      handler: async (context, { params, body }) =>
        await change(
          context,
          params.id,
          (file, means) => {
            // Who works on a case does not approve more time for it.
            if (isOnTeam(file, context.signedIn.id, means.now)) throw new Fault('SELF_ACTION');
            return extend(file, params.part, body, means);
          },
          'case.extend',
        ),
    }),
    route({
      method: 'post',
      path: '/cases/{id}/deadlines/{part}/end',
      summary: { zh: '终止案件期限：已办理或不适用', en: 'End a deadline of a case: it was met, or does not apply' },
      access: { permission: 'case.write', of: ofCase },
      leaves: ['case.deadline-ended'],
      params: partParam,
      body: z.strictObject({
        /** The day of what it waited for; today unless told. */
        on: z.iso.date().optional(),
        reason: text(500),
      }),
      answer: caseView,
      handler: async (context, { params, body }) =>
        await change(context, params.id, (file, means) => settle(file, params.part, body, means)),
    }),
  ];
}
