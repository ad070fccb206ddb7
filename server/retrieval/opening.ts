import { caseKind } from '../cases/events.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Reader } from '../ledger/ledger.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { countViewing, revoke } from './grant-commands.ts';
import { type GrantState, grantKind } from './grant-events.ts';
import { ruleFor } from './rules.ts';
import { open } from './viewing-commands.ts';
import { type ViewingState, viewingKind } from './viewing-events.ts';
import type { Watching } from './watching.ts';

/**
 * Opens a viewing: counted on the grant, then opened on its own stream; both entries are durable before this resolves. A crash between
 * the two costs the viewing, unless the request is repeated with its Idempotency-Key. A grant by a rule that no longer holds ends here.
 * Throws NOT_FOUND (also for someone else's grant), GRANT_REVOKED, GRANT_EXPIRED, GRANT_USED_UP, NOT_SEALED, STATE_NOT_ALLOWED.
 */
export async function openViewing(context: Context, watching: Watching, grantId: string): Promise<ViewingState> {
  const { deps, chain, address } = context;
  const grant = await context.get(grantKind, grantId);
  if (grant.personId !== context.signedIn.id) throw new Fault('NOT_FOUND');
  const fresh = deps.newId();
  const counted = await context.execute(grantKind, grantId, async (state, read) => {
    const present = state as GrantState;
    const events = countViewing(present, fresh, deps.now());
    if (present.rule && !(await stillHolds(present, read, deps.now()))) {
      return revoke(present, 'policy', '直接授权的条件已不成立', deps.now());
    }
    sealedOf(await recordsOf(context, present.recordIds));
    return events;
  });
  if (counted.state.state === 'revoked') {
    deps.signals.emit('grant.ended', chain, grantId);
    throw new Fault('GRANT_REVOKED');
  }
  deps.point('viewing.counted');
  const id = counted.state.viewingIds.at(-1) as string;
  const { personId, expiresAt = '' } = counted.state;
  watching.note({ chain, id, grantId, personId, expiresAt });
  try {
    const recordIds = sealedOf(await recordsOf(context, counted.state.recordIds));
    const opened = await context.execute(viewingKind, id, async (state, read) => {
      if (state) return [];
      return open((await read(grantKind, grantId)) as GrantState, { id, recordIds, address }, deps.now());
    });
    deps.point('viewing.opened');
    return opened.state;
  } catch (error) {
    watching.forget(id);
    throw error;
  }
}

/** The records of an agency by id, those that are there. */
export async function recordsOf({ deps, chain }: Context, ids: readonly string[]): Promise<RecordState[]> {
  const loaded = await Promise.all(ids.map((id) => deps.ledger.load(recordKind, chain, id)));
  return loaded.flatMap(({ state }) => state ?? []);
}

/** Ids of what can be watched. What is still being sealed is waited for; what never will be (quarantined, disposed) is left out. */
function sealedOf(records: readonly RecordState[]): string[] {
  const sealed = records.filter(({ state, object }) => state === 'sealed' && object);
  if (sealed.length === 0 || records.some(({ state }) => state === 'received')) throw new Fault('NOT_SEALED');
  return sealed.map(({ id }) => id);
}

/** Whether the rule that granted would grant now: the record is still unlinked, the person still on the team. */
async function stillHolds(grant: GrantState, read: Reader, now: Date): Promise<boolean> {
  const { reason, personId, caseId, recordIds } = grant;
  const records = await Promise.all(recordIds.map((id) => read(recordKind, id)));
  const found = caseId ? await read(caseKind, caseId) : undefined;
  const rule = ruleFor({ reason, personId, records: records.flatMap((record) => record ?? []), case: found, now });
  return rule?.name === grant.rule;
}
