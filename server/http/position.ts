import { Fault } from '../errors.ts';
import { PositionUnknown } from '../ledger/views.ts';
import type { Context } from './context.ts';

/**
 * How many entries the agency's ledger has: an answer tells it after what the request left there, and a request that carries it back is
 * answered, by any process, from views that have all of them.
 */
const POSITION = 'Tiezheng-Position';

const FORM = /^(0|[1-9]\d{0,14})$/;

/** The header of an answer whose request left these entries. */
export const positionAfter = (seqs: readonly number[]): Record<string, string> =>
  seqs.length > 0 ? { [POSITION]: String(Math.max(...seqs) + 1) } : {};

/** The same where entries are left behind the frame's back: the present length, which has them. */
export const positionNow = async ({ deps, chain }: Context): Promise<Record<string, string>> => ({
  [POSITION]: String((await deps.ledgerStore.head(chain)).size),
});

/** Waits for the position that the request carries. Throws POSITION_UNKNOWN when it is none of this ledger. */
export async function reachPosition({ req, deps, chain }: Context): Promise<void> {
  const asked = req.get(POSITION);
  if (asked === undefined) return;
  if (!FORM.test(asked)) throw new Fault('POSITION_UNKNOWN');
  await deps.views.reach(chain, Number(asked)).catch((error) => {
    throw error instanceof PositionUnknown ? new Fault('POSITION_UNKNOWN', { cause: error }) : error;
  });
}
