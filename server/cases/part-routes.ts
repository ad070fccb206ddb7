import { z } from 'zod';
import type { Permission } from '../access/matrix.ts';
import { instantIn } from '../access/periods.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, text } from '../http/shapes.ts';
import { stages } from '../policy/case-kinds.ts';
import { retentionPeriods } from '../policy/retention.ts';
import { ofCase, reachesCase } from '../records/reach.ts';
import { caseAnswer, caseView } from './answers.ts';
import { subjectPart, teamPart } from './bodies.ts';
import { addSubject, appraise, enterStage, join, leave, type Means, removeSubject } from './commands.ts';
import { type CaseEvent, type CaseState, caseKind } from './events.ts';
import { meansOf } from './means.ts';
import { requireKnown } from './people.ts';

const partParam = z.strictObject({ id: z.uuid(), part: z.uuid() });

const write = {
  permission: 'case.write' as const,
  of: ofCase,
};

/** Stages, subjects, team and retention of a case; each call answers with the whole case. */
export function partRoutes(): Route[] {
  return [
    route({
      method: 'post',
      path: '/cases/{id}/stages',
      summary: { zh: '案件进入环节', en: 'Enter a stage of a case' },
      access: write,
      leaves: ['case.stage-entered', 'case.closed', 'case.deadline-set', 'case.deadline-ended'],
      params: idParam,
      body: z.strictObject({ stage: z.enum(stages), note: text(1000).optional() }),
      answer: caseView,
      handler: async (context, { params, body }) => {
        const file = await change(context, params.id, (before, means) =>
          enterStage(before, body.stage, body.note, means),
        );
        if (body.stage === 'ARCHIVE') context.deps.signals.emit('case.archived', context.chain, params.id);
        return file;
      },
    }),
    route({
      method: 'post',
      path: '/cases/{id}/subjects',
      summary: { zh: '案件加入执法对象', en: 'Add a subject to a case' },
      access: write,
      leaves: ['case.subject-added'],
      params: idParam,
      body: subjectPart,
      answer: caseView,
      handler: async (context, { params, body }) => {
        await requireKnown(context, { subjectIds: [body.subjectId] });
        return await change(context, params.id, (file, means) => addSubject(file, body, means));
      },
    }),
    route({
      method: 'post',
      path: '/cases/{id}/subjects/{part}/end',
      summary: { zh: '案件移出执法对象', en: 'Take a subject out of a case' },
      access: write,
      leaves: ['case.subject-removed'],
      params: partParam,
      body: z.strictObject({ reason: text(500) }),
      answer: caseView,
      handler: async (context, { params, body }) =>
        await change(context, params.id, (file) => removeSubject(file, params.part, body.reason)),
    }),
    route({
      method: 'post',
      path: '/cases/{id}/team',
      summary: { zh: '案件加入办案人员', en: "Add a member to a case's team" },
      access: write,
      leaves: ['case.team-joined'],
      params: idParam,
      body: teamPart,
      answer: caseView,
      handler: async (context, { params, body }) => {
        await requireKnown(context, { personIds: [body.personId] });
        return await change(context, params.id, (file, means) => join(file, body, means));
      },
    }),
    route({
      method: 'post',
      path: '/cases/{id}/team/{part}/end',
      summary: { zh: '办案人员退出案件', en: "End a membership of a case's team" },
      access: write,
      leaves: ['case.team-left'],
      params: partParam,
      body: z.strictObject({ to: instantIn.optional() }),
      answer: caseView,
      handler: async (context, { params, body }) =>
        await change(context, params.id, (file, means) => leave(file, params.part, body.to, means)),
    }),
    route({
      method: 'put',
      path: '/cases/{id}/retention',
      summary: { zh: '确定案卷保管期限', en: "Set the retention period of a case's file" },
      access: { permission: 'case.appraise', of: ofCase },
      leaves: ['case.retention-set'],
      params: idParam,
      body: z.strictObject({ period: z.enum(retentionPeriods), reason: text(500) }),
      answer: caseView,
      handler: async (context, { params, body }) =>
        await change(context, params.id, (file) => appraise(file, body.period, body.reason), 'case.appraise'),
    }),
  ];
}

/** Decides on a case within the reach of a permission, and answers with the whole of it. */
export async function change(
  context: Context,
  id: string,
  decide: (file: CaseState, means: Means) => CaseEvent[],
  permission: Permission = 'case.write',
) {
  const { ifVersion } = context;
  const done = await context.execute(
    caseKind,
    id,
    async (known) => {
      const file = present(known);
      // Again, on the very state that is decided on: the case may have been handed on since it was looked at.
      if (!reachesCase(context, permission, file)) throw new Fault('FORBIDDEN');
      return decide(file, await meansOf(context));
    },
    { ifVersion },
  );
  return await caseAnswer(context, done.state);
}
