import { z } from 'zod';
import { evidenceAreas, parseEvidenceKey } from '../../storage/objects/layout.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { recordKind } from '../records/events.ts';
import { ofRecordToRead } from '../records/reach.ts';
import { evidenceOf } from './record-evidence.ts';

/** How long an address of a lock is good. */
const ADDRESS_SECONDS = 300;

const lockView = z.object({
  /** What it is: a folder of the agency's in the store. */
  area: z.enum(evidenceAreas),
  key: z.string(),
  state: z.enum(['locked', 'unlocked', 'missing']),
  /** `governance` may be lifted by one with a right of its own, `compliance` by nobody. */
  mode: z.enum(['governance', 'compliance']).optional(),
  until: z.string().optional(),
  /**
   * Where anyone reads this lock from the object server itself, without credentials, until `addressUntil`: S3's answer to GetObjectRetention.
   * It opens no byte of the object.
   */
  address: z.string().optional(),
  addressUntil: z.string().optional(),
});

/** How the server that holds a record's original and proofs says they are locked, asked now; and where to ask it without us. */
export const lockRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/records/{id}/locks',
    summary: {
      zh: '记录的原件与证明在存储中的锁，以及向存储直接核对的地址',
      en: "The locks on a record's original and proofs, and addresses to ask the store itself",
    },
    access: { permission: 'lock.read', of: ofRecordToRead },
    leaves: [],
    params: idParam,
    answer: z.object({
      /** Whether this store keeps locks at all: folders do not. */
      kept: z.boolean(),
      items: z.array(lockView),
    }),
    handler: async (context, { params }) => {
      const record = await context.get(recordKind, params.id);
      const keys = evidenceOf(context.chain, record).map(({ key }) => key);
      const locked = deps.locked?.locks ? deps.locked : undefined;
      const items = await Promise.all(keys.map((key) => lockOf(deps, locked, key)));
      return { kept: locked !== undefined, items };
    },
  });

async function lockOf({ evidence, now }: Deps, locked: Deps['locked'], key: string): Promise<z.input<typeof lockView>> {
  const area = parseEvidenceKey(key)?.area ?? 'originals';
  if (!locked) return { area, key, state: (await evidence.size(key)) === undefined ? 'missing' : 'unlocked' };
  try {
    const held = await locked.held(key);
    const addressUntil = new Date(now().getTime() + ADDRESS_SECONDS * 1000).toISOString();
    const address = await locked.presignRetention(key, ADDRESS_SECONDS);
    const state = held && held.until > now() ? 'locked' : 'unlocked';
    const lock = held && { mode: held.mode, until: held.until.toISOString() };
    return { area, key, state, ...lock, ...(address && { address, addressUntil }) };
  } catch (error) {
    if (error instanceof ObjectMissing) return { area, key, state: 'missing' };
    throw error;
  }
}
