import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { covers, instantIn } from '../access/periods.ts';
import { personKind } from '../access/person.ts';
import type { Belongs } from '../access/reaches.ts';
import { ids } from '../access/shapes.ts';
import { invalid, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { findViews, namesOf } from '../ledger/find-views.ts';
import * as commands from './commands.ts';
import { type DeviceEvent, type DeviceState, deviceKind } from './events.ts';

const assignment = z.object({ id: z.string(), personId: z.string(), from: z.string(), to: z.string().optional() });
const answer = z.object({
  id: z.string(),
  serial: z.string(),
  model: z.string().optional(),
  departmentId: z.string(),
  assignments: z.array(assignment),
  registeredAt: z.string(),
});

/** A recorder belongs to its department, and to who wears it or did. */
async function belongs(context: Context, id: string): Promise<Belongs> {
  const device = await context.get(deviceKind, id);
  return { departments: [device.departmentId], people: device.assignments.map(({ personId }) => personId) };
}

const serial = text(64);
const model = text(100);

const register = route({
  method: 'post',
  path: '/devices',
  summary: { zh: '登记执法记录仪', en: 'Register a body recorder' },
  access: { permission: 'device.manage' },
  leaves: ['device.registered'],
  body: z.strictObject({ serial, model: model.optional(), departmentId: z.uuid() }),
  answer,
  status: 201,
  async handler(context, { body: { serial, model, departmentId } }) {
    const event: DeviceEvent = { type: 'device.registered', data: { serial, departmentId, ...(model && { model }) } };
    const done = await context.execute(deviceKind, context.deps.newId(), async (_, read) => {
      await commands.requireDepartment(departmentId, read);
      return [event];
    });
    return done.state;
  },
});

const list = route({
  method: 'get',
  path: '/devices',
  summary: { zh: '执法记录仪列表', en: 'Body recorders' },
  access: { permission: 'device.read' },
  leaves: [],
  query: z.strictObject({
    ...pageQuery,
    q: z.string().max(200).optional(),
    departmentId: z.uuid().optional(),
    wearer: z.uuid().optional(),
  }),
  answer: pageOf(answer),
  async handler(context, { query: { limit, after, q, departmentId, wearer } }) {
    const { signedIn, reach } = context;
    const mine: Filter = { 'assignments.personId': signedIn.id };
    const near: Filter = { $or: [mine, { departmentId: { $in: signedIn.departments } }] };
    const filter: Filter = {
      $and: [
        ...(reach === 'agency' ? [] : [reach === 'department' ? near : mine]),
        ...(departmentId ? [{ departmentId }] : []),
        ...(wearer ? [{ 'assignments.personId': wearer }] : []),
        ...(q ? [{ $text: q }] : []),
      ],
    };
    const query = { chain: context.chain, filter, sort: { path: 'serial' }, limit, after };
    return await findViews(context.deps, deviceKind, query);
  },
});

const read = route({
  method: 'get',
  path: '/devices/{id}',
  summary: { zh: '查看执法记录仪', en: 'A body recorder' },
  access: { permission: 'device.read', of: belongs },
  leaves: [],
  params: idParam,
  answer,
  handler: async (context, { params }) => await context.get(deviceKind, params.id),
});

const correct = route({
  method: 'patch',
  path: '/devices/{id}',
  summary: { zh: '更正执法记录仪信息', en: 'Correct a body recorder' },
  access: { permission: 'device.manage', of: belongs },
  leaves: ['device.corrected'],
  params: idParam,
  body: z.strictObject({
    serial: serial.optional(),
    model: model.nullable().optional(),
    departmentId: z.uuid().optional(),
  }),
  answer,
  async handler(context, { params, body }) {
    const ifVersion = requireVersion(context);
    const done = await context.execute(
      deviceKind,
      params.id,
      async (device, read): Promise<DeviceEvent[]> => {
        present(device);
        await commands.requireDepartment(body.departmentId, read);
        return [{ type: 'device.corrected', data: body }];
      },
      { ifVersion },
    );
    return done.state;
  },
});

const assign = route({
  method: 'post',
  path: '/devices/{id}/assignments',
  summary: { zh: '配发执法记录仪', en: 'Assign a body recorder to a person' },
  access: { permission: 'device.manage', of: belongs },
  leaves: ['device.assigned'],
  params: idParam,
  body: z.strictObject({ personId: z.uuid(), from: instantIn.optional(), to: instantIn.optional() }),
  answer,
  status: 201,
  async handler(context, { params, body: { personId, from = context.deps.now().toISOString(), to } }) {
    if (to && to <= from) throw invalid('/to', 'not after its beginning');
    const given = { id: context.deps.newId(), personId, from, ...(to && { to }) };
    const done = await context.execute(deviceKind, params.id, (device, read) =>
      commands.assign(present(device), given, read),
    );
    return done.state;
  },
});

const end = route({
  method: 'post',
  path: '/devices/{id}/assignments/{assignmentId}/end',
  summary: { zh: '收回执法记录仪', en: 'Take a body recorder back from a person' },
  access: { permission: 'device.manage', of: belongs },
  leaves: ['device.assignment-ended'],
  params: ids('id', 'assignmentId'),
  body: z.strictObject({ at: instantIn.optional() }),
  answer,
  async handler(context, { params: { id, assignmentId }, body }) {
    const now = context.deps.now().toISOString();
    const decide = (device: DeviceState | undefined) =>
      commands.endAssignment(present(device), assignmentId, body.at ?? now, now);
    return (await context.execute(deviceKind, id, decide)).state;
  },
});

const wearers = route({
  method: 'get',
  path: '/devices/{id}/wearers',
  summary: { zh: '查询执法记录仪某时由谁佩戴', en: 'Who wore it, at an instant or ever' },
  access: { permission: 'device.read', of: belongs },
  leaves: [],
  params: idParam,
  query: z.strictObject({ at: instantIn.optional() }),
  answer: z.object({ items: z.array(assignment.extend({ personName: z.string() })) }),
  async handler(context, { params, query: { at } }) {
    const device = await context.get(deviceKind, params.id);
    const worn = device.assignments.filter((held) => at === undefined || covers(held, at));
    const people = worn.map(({ personId }) => personId);
    const names = await namesOf(context.deps, personKind, context.chain, people);
    return { items: worn.map((held) => ({ ...held, personName: names.get(held.personId) ?? '' })) };
  },
});

export const deviceRoutes: Route[] = [register, list, read, correct, assign, end, wearers];
