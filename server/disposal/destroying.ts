import { DeletionRefused, type Disposer, type KeptBy } from '../../storage/objects/disposer.ts';
import { type Deps, systemActor } from '../deps.ts';
import { type ObjectEvent, objectKind } from '../records/object-kind.ts';
import { isReleased, type Released, releasedObjects } from './released.ts';

const actor = systemActor('dispose');

/** What became of one key. `kept`: by a lock or hold; `refused`: the store said no, and why. */
export type Outcome =
  | { key: string; end: 'deleted'; versions: number }
  | { key: string; end: 'kept'; by: KeptBy }
  | { key: string; end: 'refused'; why: string };

type Parts = Pick<Deps, 'ledger' | 'documents' | 'evidence' | 'point'>;

/**
 * Deletes what the ledger of an agency released and nothing else, and enters that it is gone once that was looked for. What is locked is left
 * for a later run. The destruction of an original is entered before its first byte goes, so that nothing can refer to it meanwhile; a run
 * that was killed is ended by the next one.
 */
export async function* destroyReleased(parts: Parts, disposer: Disposer, chain: string): AsyncGenerator<Outcome> {
  for await (const released of releasedObjects(parts.documents, chain)) {
    const proofsOf: string[] = [];
    for (const { recordId, keys } of released.proofs) {
      const outcomes: Outcome[] = [];
      for (const key of keys) outcomes.push(await destroyKey(parts, disposer, key));
      yield* outcomes;
      if (outcomes.every(({ end }) => end === 'deleted')) proofsOf.push(recordId);
    }
    const original = released.original ? await destroyOriginal(parts, disposer, chain, released) : undefined;
    if (original) yield original;
    await enter(parts, chain, released.object.sha256, original?.end === 'deleted', proofsOf);
  }
}

async function destroyOriginal(
  parts: Parts,
  disposer: Disposer,
  chain: string,
  { object: { sha256, destroyingAt }, original }: Released,
): Promise<Outcome | undefined> {
  const key = original as string;
  const obstacle = await obstacleOf(disposer, key);
  if (obstacle && !destroyingAt) return obstacle;
  const { state } = await parts.ledger.execute(objectKind, chain, sha256, actor, (object): ObjectEvent[] =>
    object && isReleased(object) && !object.destroyingAt ? [{ type: 'object.destruction-begun', data: {} }] : [],
  );
  if (!state?.destroyingAt) return undefined;
  parts.point('disposal.destruction-begun');
  const outcome = await destroyKey(parts, disposer, key);
  parts.point('disposal.original-deleted');
  return outcome;
}

/** That it is gone is asked of the store twice: of the disposer, and as the service sees it. */
async function destroyKey({ evidence }: Parts, disposer: Disposer, key: string): Promise<Outcome> {
  const obstacle = await obstacleOf(disposer, key);
  if (obstacle) return obstacle;
  return await orRefused(key, async () => {
    const versions = await disposer.destroy(key);
    if ((await evidence.size(key)) !== undefined) throw new DeletionRefused(`the service still finds it: ${key}`);
    return { key, end: 'deleted', versions };
  });
}

const obstacleOf = (disposer: Disposer, key: string) =>
  orRefused(key, async () => {
    const by = await disposer.keptBy(key);
    return by && { key, end: 'kept' as const, by };
  });

async function orRefused<T>(key: string, ask: () => Promise<T>): Promise<T | Extract<Outcome, { end: 'refused' }>> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof DeletionRefused)) throw error;
    return { key, end: 'refused', why: error.message };
  }
}

/** Ends a destruction that was begun too: then others may refer to what is still there. */
async function enter(
  { ledger }: Parts,
  chain: string,
  sha256: string,
  original: boolean,
  proofsOf: string[],
): Promise<void> {
  await ledger.execute(objectKind, chain, sha256, actor, (object): ObjectEvent[] =>
    proofsOf.length > 0 || object?.destroyingAt
      ? [{ type: 'object.destroyed', data: { original, proofsOf: proofsOf.slice(0, 500) } }]
      : [],
  );
}
