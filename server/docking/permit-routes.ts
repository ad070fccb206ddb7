import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { dockingKey } from '../../storage/objects/layout.ts';
import { instantIn } from '../access/periods.ts';
import type { Belongs } from '../access/reaches.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { recordBelongs } from '../records/reach.ts';
import { sha256 } from '../records/shapes.ts';
import { type HeldPermit, heldPermit, makePermit } from './permit.ts';
import { demandErasable } from './permit-rules.ts';
import { demandReceipt } from './receipt-holds.ts';

/** How long a permit waits for the checkpoint over the entry that sealed the record, in ms. */
const PATIENCE_MS = 5000;

const answer = z.object({
  id: z.string(),
  /** The exact bytes of the permit, as UTF-8 text; nothing follows. */
  statement: z.string(),
  /** Detached CMS over them, DER in base64. */
  signature: z.string(),
  dockId: z.string(),
  issuedAt: z.string(),
  expiresAt: z.string(),
  /** When the dock says it erased the file, and when it said so. */
  erased: z.object({ at: z.string(), reportedAt: z.string() }).optional(),
});

/** Of the dock that brought it, and of no other. */
const ofDock = async (context: Context, id: string): Promise<Belongs> => {
  const { dockId } = await context.get(recordKind, id);
  return { departments: [], people: dockId ? [dockId] : [] };
};

const ofReaders = async (context: Context, id: string): Promise<Belongs> => {
  const record = await context.get(recordKind, id);
  const { departments, people } = recordBelongs(record);
  return { departments, people: record.dockId ? [...people, record.dockId] : people };
};

async function show(
  { deps, chain }: Context,
  { permitId: id, ...permit }: HeldPermit,
): Promise<z.input<typeof answer>> {
  const bytes = await buffer(await deps.evidence.get(dockingKey(chain, permit.signature.sha256)));
  return { ...permit, id, signature: bytes.toString('base64') };
}

const name = z
  .string()
  .min(1)
  .max(1024)
  .refine((value) => value.isWellFormed());

const onCard = z.strictObject({ name, sha256, size: z.int().nonnegative() });

export const permitRoutes: Route[] = [
  route({
    method: 'post',
    path: '/records/{id}/erase-permit',
    summary: { zh: '核发存储卡清除许可', en: 'Permit the dock to take a sealed file off its card' },
    access: { permission: 'card.erase', docks: true, of: ofDock },
    leaves: ['record.erase-permitted'],
    params: idParam,
    body: onCard,
    answer,
    status: 201,
    or: 200,
    async handler(context, { params, body }) {
      const { deps, chain, signedIn } = context;
      const record = await context.get(recordKind, params.id);
      await demandErasable(deps, chain, record, body);
      const held = heldPermit(record, signedIn.id, body.name, deps.now());
      if (held) {
        context.status = 200;
        return await show(context, held);
      }
      await demandReceipt(deps, chain, record, PATIENCE_MS);
      const permitted = await makePermit(context, record, body);
      const { state } = await context.execute(recordKind, params.id, async (found): Promise<RecordEvent[]> => {
        const now = present(found);
        await demandErasable(deps, chain, now, body);
        return heldPermit(now, signedIn.id, body.name, deps.now()) ? [] : [permitted];
      });
      return await show(context, present(heldPermit(state, signedIn.id, body.name, deps.now())));
    },
  }),
  route({
    method: 'post',
    path: '/records/{id}/erase-permit/check',
    asks: true,
    summary: { zh: '查询能否清除存储卡，不核发许可', en: 'Whether a permit would be given; none is' },
    access: { permission: 'card.erase', docks: true, of: ofDock },
    leaves: [],
    params: idParam,
    body: onCard,
    answer: z.object({ erasable: z.literal(true) }),
    async handler(context, { params, body }) {
      const record = await context.get(recordKind, params.id);
      await demandErasable(context.deps, context.chain, record, body);
      await demandReceipt(context.deps, context.chain, record, PATIENCE_MS);
      return { erasable: true as const };
    },
  }),
  route({
    method: 'get',
    path: '/records/{id}/erase-permit',
    summary: { zh: '最近一次存储卡清除许可', en: 'The last permit to erase it from a card' },
    access: { permission: 'record.receipt', docks: true, of: ofReaders },
    leaves: [],
    params: idParam,
    answer,
    handler: async (context, { params }) =>
      await show(context, present((await context.get(recordKind, params.id)).permits?.at(-1))),
  }),
  route({
    method: 'post',
    path: '/records/{id}/erasures',
    summary: { zh: '报告已从存储卡清除', en: 'The dock has taken the file off its card' },
    access: { permission: 'card.erase', docks: true, of: ofDock },
    leaves: ['record.card-erased'],
    params: idParam,
    body: z.strictObject({ permit: z.uuid(), at: instantIn }),
    answer,
    async handler(context, { params, body: { permit, at } }) {
      const mine = (record: RecordState) =>
        present(record.permits?.find(({ permitId, dockId }) => permitId === permit && dockId === context.signedIn.id));
      const { state } = await context.execute(recordKind, params.id, (record): RecordEvent[] =>
        mine(present(record)).erased ? [] : [{ type: 'record.card-erased', data: { permitId: permit, at } }],
      );
      return await show(context, mine(state));
    },
  }),
];
