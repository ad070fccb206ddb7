import { buffer } from 'node:stream/consumers';
import { manifestKey, signatureKey } from '../../storage/objects/layout.ts';
import { type Deps, systemActor } from '../deps.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { evidenceFor } from './keeping.ts';
import { storeTimed } from './store-proofs.ts';
import { timeSignature } from './timestamper.ts';

const PERIOD_MS = 60_000;

/**
 * Stamps what was sealed while no authority answered; manifest and signature stay what they were, the time stands around them. A record whose
 * proofs cannot be read does not hold up others.
 */
export function startLateTimes(deps: Deps): Reconciler {
  return every(deps, 'late-times', PERIOD_MS, async (stopping) => {
    for (const chain of await agencyChains(deps)) {
      for await (const record of untimed(deps, chain)) {
        if (stopping.aborted) return;
        const answered = await stamp(deps, chain, record).catch((error: unknown) => {
          deps.logger.error({ err: error, record: record.id }, 'a record could not be given its time');
          return true;
        });
        if (!answered) return;
      }
    }
  });
}

async function* untimed(deps: Deps, chain: string): AsyncGenerator<RecordState> {
  let after: string | undefined;
  do {
    const query = { chain, filter: { timeStatus: 'missing' }, limit: 100, ...(after && { after }) };
    const page = await deps.documents.find('record', query);
    for (const { body } of page.items) yield body as unknown as RecordState;
    after = page.next;
  } while (after);
}

/** False when no authority answers: then the next is not asked for either. */
async function stamp(deps: Deps, chain: string, record: RecordState): Promise<boolean> {
  const { id, manifest, signature } = record;
  if (!manifest || !signature) return true;
  const content = await buffer(await deps.evidence.get(manifestKey(chain, manifest.sha256)));
  const signed = await buffer(await deps.evidence.get(signatureKey(chain, signature.sha256)));
  const timed = await timeSignature(deps.timestamper, signed, content);
  if (!timed) return false;
  const data = await storeTimed({ evidence: await evidenceFor(deps, chain, record) }, chain, timed);
  await deps.ledger.execute(recordKind, chain, id, systemActor('late-times'), (state): RecordEvent[] =>
    state?.timeStatus === 'missing' ? [{ type: 'record.timed', data }] : [],
  );
  return true;
}
