import { z } from 'zod';
import { present } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { checkParent, type DepartmentEvent, departmentKind } from './department.ts';
import * as shape from './shapes.ts';
import { agencyById } from './sign-in.ts';

/** The agency and its departments; everyone in the agency may know them. */

const answer = z.object({
  id: z.string(),
  name: z.string(),
  code: z.string().optional(),
  parentId: z.string().optional(),
  foundedAt: z.string(),
});
const code = text(64);

const agency = route({
  method: 'get',
  path: '/agency',
  summary: { zh: '本机关', en: 'The agency' },
  access: { permission: 'organisation.read' },
  leaves: [],
  answer: shape.agencyAnswer.extend({ foundedAt: z.string() }),
  handler: async (context) => await agencyById(context.deps, context.chain),
});

const found = route({
  method: 'post',
  path: '/departments',
  summary: { zh: '新建部门', en: 'Establish a department' },
  access: { permission: 'organisation.manage' },
  leaves: ['department.founded'],
  body: z.strictObject({ name: text(200), code: code.optional(), parentId: z.uuid().optional() }),
  answer,
  status: 201,
  async handler(context, { body: { name, code, parentId } }) {
    const id = context.deps.newId();
    const done = await context.execute(departmentKind, id, async (_, read): Promise<DepartmentEvent[]> => {
      await checkParent(id, parentId, read);
      const data = { name, ...(code && { code }), ...(parentId && { parentId }) };
      return [{ type: 'department.founded', data }];
    });
    return done.state;
  },
});

const list = route({
  method: 'get',
  path: '/departments',
  summary: { zh: '部门列表', en: 'Departments' },
  access: { permission: 'organisation.read' },
  leaves: [],
  query: z.strictObject({ ...pageQuery, parentId: z.uuid().optional() }),
  answer: pageOf(answer),
  async handler({ deps, chain }, { query: { limit, after, parentId } }) {
    const filter = parentId ? { parentId } : {};
    return await findViews(deps, departmentKind, { chain, filter, sort: { path: 'name' }, limit, after });
  },
});

const read = route({
  method: 'get',
  path: '/departments/{id}',
  summary: { zh: '查看部门', en: 'A department' },
  access: { permission: 'organisation.read' },
  leaves: [],
  params: idParam,
  answer,
  handler: async (context, { params }) => await context.get(departmentKind, params.id),
});

const correct = route({
  method: 'patch',
  path: '/departments/{id}',
  summary: { zh: '更正部门', en: 'Correct a department' },
  access: { permission: 'organisation.manage' },
  leaves: ['department.corrected'],
  params: idParam,
  body: z.strictObject({
    name: text(200).optional(),
    code: code.nullable().optional(),
    parentId: z.uuid().nullable().optional(),
  }),
  answer,
  async handler(context, { params: { id }, body }) {
    const ifVersion = requireVersion(context);
    const done = await context.execute(
      departmentKind,
      id,
      async (state, read): Promise<DepartmentEvent[]> => {
        present(state);
        await checkParent(id, body.parentId, read);
        return [{ type: 'department.corrected', data: body }];
      },
      { ifVersion },
    );
    return done.state;
  },
});

export const organisationRoutes: Route[] = [agency, found, list, read, correct];
