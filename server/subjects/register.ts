import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Claim } from '../ledger/kind.ts';
import { ClaimTaken } from '../ledger/sequencer.ts';
import { dayOf } from '../policy/day.ts';
import type { SubjectBody } from './bodies.ts';
import { correct, identityOf, register } from './commands.ts';
import { externalSubject, identityClaim, type SubjectState, subjectKind } from './events.ts';

/** The number is of a subject that is there already. */
class Known extends Error {
  readonly id: string;
  constructor(id: string) {
    super('the subject is known');
    this.id = id;
  }
}

/** Registers a subject, or answers (200) with the one that has the same number: what is told then overwrites nothing. */
export async function registerOrFind(context: Context, told: SubjectBody): Promise<SubjectState> {
  const identity = identityOf(told);
  const claim = identity ? identityClaim(identity) : undefined;
  const event = register(told, today(context));
  try {
    const done = await context.execute(subjectKind, context.deps.newId(), async () => {
      const holder = await holderOf(context, claim);
      if (holder) throw new Known(holder);
      return [event];
    });
    return done.state;
  } catch (error) {
    const id = error instanceof Known ? error.id : await raced(context, error, claim);
    context.status = 200;
    return await context.get(subjectKind, id);
  }
}

/**
 * Makes the subject that another system calls `id` be as told: by that id, else by its number, else a new one (201).
 * Throws ALREADY_EXISTS when the id is of one subject and the number of another.
 */
export async function upsertExternal(context: Context, external: { system: string; id: string }, told: SubjectBody) {
  const identity = identityOf(told);
  const set = { type: 'subject.external-id-set' as const, data: external };
  const find = async () =>
    (await holderOf(context, externalSubject(external.system, external.id))) ??
    (await holderOf(context, identity ? identityClaim(identity) : undefined));
  const update = async (id: string) => {
    const done = await context.execute(subjectKind, id, (known) => {
      const state = present(known);
      const has = state.externalIds.some((one) => one.system === external.system && one.id === external.id);
      return [...correct(state, told, `外部系统更新 ${external.system}`), ...(has ? [] : [set])];
    });
    return done.state;
  };
  const known = await find();
  if (known) return await update(known);
  try {
    const events = [register(told, today(context)), set];
    const done = await context.execute(subjectKind, context.deps.newId(), () => events);
    context.status = 201;
    return done.state;
  } catch (error) {
    const holder = error instanceof ClaimTaken ? await find() : undefined;
    if (!holder) throw error;
    return await update(holder);
  }
}

const holderOf = async (context: Context, claim: Claim | undefined) =>
  claim && (await context.deps.ledger.holder(context.chain, claim));

/** The subject that took the number at the same moment; throws the error when it was about something else. */
async function raced(context: Context, error: unknown, claim: Claim | undefined): Promise<string> {
  const holder = error instanceof ClaimTaken ? await holderOf(context, claim) : undefined;
  if (!holder) throw error;
  return holder;
}

const today = ({ deps }: Context): string => dayOf(deps.now().toISOString(), deps.config.ZONE);
