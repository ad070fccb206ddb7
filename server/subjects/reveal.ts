import { z } from 'zod';
import { present } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, text } from '../http/shapes.ts';
import { type SubjectState, subjectKind } from './events.ts';

const fields = ['idNumber', 'phone', 'address', 'email'] as const;

/** 个人信息保护法 art. 51(3), 54: reading personal data in clear is an act of its own, with its reason and its entry. */
export function revealRoute(): Route {
  return route({
    method: 'post',
    path: '/subjects/{id}/reveal',
    summary: { zh: '查看未脱敏信息（留痕）', en: 'Read masked fields in clear; leaves an entry' },
    access: { permission: 'subject.reveal' },
    leaves: ['subject.revealed'],
    evidence: true,
    params: idParam,
    body: z.strictObject({ fields: z.array(z.enum(fields)).min(1).max(fields.length), reason: text(500) }),
    answer: z.object({
      idNumber: z.string().optional(),
      phone: z.string().optional(),
      address: z.string().optional(),
      email: z.string().optional(),
    }),
    handler: async (context, { params, body }) => {
      const asked = [...new Set(body.fields)];
      const done = await context.execute(subjectKind, params.id, (state) => {
        present(state);
        return [{ type: 'subject.revealed' as const, data: { fields: asked, reason: body.reason } }];
      });
      return Object.fromEntries(asked.map((field) => [field, plain(done.state, field)]));
    },
  });
}

const plain = (subject: SubjectState, field: (typeof fields)[number]): string | undefined =>
  field === 'idNumber' ? subject.identity?.number : subject[field];
