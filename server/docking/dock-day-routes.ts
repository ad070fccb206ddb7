import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { DOCK_DAY_LIMIT, type DockDay, decodeDockDay } from '../../signing/dock-day.ts';
import { ProofError } from '../../signing/proof-error.ts';
import type { Filter } from '../../storage/documents/document-store.ts';
import { dockingKey } from '../../storage/objects/layout.ts';
import { agencyName } from '../access/agency-name.ts';
import { dockKind } from '../devices/dock.ts';
import { Fault, invalid, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { signStamped } from '../seal/receipt.ts';
import { storeDocking } from '../seal/store-proofs.ts';
import { type DockDayEvent, dockDayKind } from './dock-day.ts';

const summary = z.object({
  id: z.string(),
  dockId: z.string(),
  departmentId: z.string(),
  day: z.string(),
  device: z.string(),
  statedAt: z.string(),
  files: z.int(),
  findings: z.array(z.object({ code: z.string(), count: z.int() })),
});
/** With the exact bytes as UTF-8 text, and the detached CMS over them, DER in base64. */
const whole = summary.extend({ statement: z.string(), signature: z.string() });

/** Throws VALIDATION: not a statement, or another dock's. */
function read({ chain, signedIn }: Context, bytes: Uint8Array): DockDay {
  try {
    const day = decodeDockDay(bytes);
    if (day.agency === chain && day.dock === signedIn.id) return day;
    throw new ProofError('DOCK_DAY_INVALID', 'of another dock');
  } catch (error) {
    if (error instanceof ProofError) throw invalid('/statement', 'not a statement of this dock');
    throw error;
  }
}

function counted(findings: DockDay['findings']): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}

export const dockDayRoutes: Route[] = [
  route({
    method: 'get',
    path: '/dock',
    summary: { zh: '采集站自身：编号、机关与现行期限', en: 'A dock asks who it is, of whom, and which terms hold' },
    access: { permission: 'dock-day.state', docks: true },
    leaves: [],
    answer: z.object({
      id: z.string(),
      name: z.string(),
      departmentId: z.string(),
      agency: z.object({ id: z.string(), name: z.string() }),
      zone: z.string(),
      uploadDueHours: z.number(),
    }),
    async handler(context) {
      const { deps, chain, signedIn } = context;
      const { state } = await deps.ledger.load(dockKind, chain, signedIn.id);
      const { id, name, departmentId } = present(state);
      const agency = { id: chain, name: await agencyName(deps, chain) };
      const uploadDueHours = deps.policy['dock.upload-due'].value;
      return { id, name, departmentId, agency, zone: deps.config.ZONE, uploadDueHours };
    },
  }),
  route({
    method: 'post',
    path: '/dock-days',
    summary: {
      zh: '采集站每日声明：签名并入账',
      en: "A dock's statement of a device's day, signed for it and entered",
    },
    access: { permission: 'dock-day.state', docks: true },
    leaves: ['dock-day.stated'],
    body: z.strictObject({ statement: z.string().max(DOCK_DAY_LIMIT) }),
    answer: whole,
    status: 201,
    async handler(context, { body }) {
      const { deps, chain, signedIn } = context;
      const bytes = Buffer.from(body.statement);
      const { day, device, seen, findings } = read(context, bytes);
      const [departmentId] = signedIn.departments;
      if (!departmentId) throw new Fault('FORBIDDEN');
      const signed = await signStamped(deps, deps.signer, bytes);
      const data: DockDayEvent['data'] = {
        ...{ dockId: signedIn.id, departmentId, day, device, files: seen.length, findings: counted(findings) },
        statement: await storeDocking(deps, chain, bytes),
        signature: await storeDocking(deps, chain, signed),
      };
      const done = await context.execute(dockDayKind, deps.newId(), (): DockDayEvent[] => [
        { type: 'dock-day.stated', data },
      ]);
      return await show(context, done.id);
    },
  }),
  route({
    method: 'get',
    path: '/dock-days',
    summary: { zh: '采集站每日声明列表', en: 'Statements of docks' },
    access: { permission: 'dock-day.read' },
    leaves: [],
    query: z.strictObject({
      ...pageQuery,
      dockId: z.uuid().optional(),
      device: z.string().max(200).optional(),
      day: z.iso.date().optional(),
    }),
    answer: pageOf(summary),
    async handler({ deps, chain, reach, signedIn }, { query: { limit, after, ...asked } }) {
      const near: Filter[] = reach === 'agency' ? [] : [{ departmentId: { $in: [...signedIn.departments] } }];
      const said = Object.entries(asked).flatMap(([path, value]) => (value === undefined ? [] : [{ [path]: value }]));
      const sort = { path: 'statedAt', descending: true };
      return await findViews(deps, dockDayKind, { chain, filter: { $and: [...near, ...said] }, sort, limit, after });
    },
  }),
  route({
    method: 'get',
    path: '/dock-days/{id}',
    summary: { zh: '采集站每日声明及其签名', en: 'A statement of a dock, with its signature' },
    access: {
      permission: 'dock-day.read',
      of: async (context, id) => ({ departments: [(await context.get(dockDayKind, id)).departmentId], people: [] }),
    },
    leaves: [],
    params: idParam,
    answer: whole,
    handler: async (context, { params }) => await show(context, params.id),
  }),
];

async function show({ deps, chain }: Context, id: string): Promise<z.input<typeof whole>> {
  const state = present((await deps.ledger.load(dockDayKind, chain, id)).state);
  const read = async (sha256: string) => await buffer(await deps.evidence.get(dockingKey(chain, sha256)));
  const [statement, signature] = await Promise.all([read(state.statement.sha256), read(state.signature.sha256)]);
  return { ...state, statement: statement.toString('utf8'), signature: signature.toString('base64') };
}
