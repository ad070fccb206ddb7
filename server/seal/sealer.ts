import { encodeManifest, type Manifest } from '../../signing/manifest.ts';
import { originalKey, uploadKey } from '../../storage/objects/layout.ts';
import { type Deps, systemActor } from '../deps.ts';
import { types } from '../ingest/type-list.ts';
import { everyView, findViews } from '../ledger/find-views.ts';
import type { ProbeResult } from '../media/probe.ts';
import { agencyChains, every, pauseAfter, type Reconciler } from '../reconciler.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { type ObjectEvent, objectKind } from '../records/object-kind.ts';
import { capturedOf } from './captured.ts';
import type { Digests } from './digest.ts';
import { withDigestedFile } from './digested-file.ts';
import { evidenceFor } from './keeping.ts';
import { manifestOf } from './manifest.ts';
import { signTimed } from './sign-timed.ts';
import { signBeside } from './sm2-beside.ts';
import { storeManifest, storeSignature, storeSm2, storeTimed } from './store-proofs.ts';

type Sealing = Extract<RecordEvent, { type: 'record.sealed' }>['data'];

const PERIOD_MS = 5000;
const AT_ONCE = 2;
const AT_MOST = 200;
const actor = systemActor('sealer');

/** Records that could not be sealed: how often, and when to try again (ms since the epoch). */
type Failing = Map<string, { count: number; after: number }>;

/** Seals what is received and not sealed: every step is repeated safely after a crash, so nothing needs repair. */
export function startSealer(deps: Deps): Reconciler {
  const failing: Failing = new Map();
  const loop = every(deps, 'sealer', PERIOD_MS, async (stopping) => {
    for (const chain of await agencyChains(deps)) await sealChain(deps, chain, failing, stopping);
  });
  deps.signals.on('record.received', loop.wake);
  return loop;
}

async function sealChain(deps: Deps, chain: string, failing: Failing, stopping: AbortSignal): Promise<void> {
  const waiting = await receivedRecords(deps, chain, failing);
  const next = waiting.values();
  const work = async () => {
    for (const record of next) {
      if (stopping.aborted) return;
      await attempt(deps, chain, record, failing, stopping);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The oldest two hundred; those that failed lately are left alone for a while, and do not stand in the way of others. */
async function receivedRecords(deps: Deps, chain: string, failing: Failing): Promise<RecordState[]> {
  const query = { chain, filter: { state: 'received' }, sort: { path: 'receivedAt' } };
  const now = deps.now().getTime();
  const records: RecordState[] = [];
  for await (const record of everyView(deps, recordKind, query)) {
    if ((failing.get(record.id)?.after ?? 0) <= now) records.push(record);
    if (records.length === AT_MOST) break;
  }
  return records;
}

async function attempt(
  deps: Deps,
  chain: string,
  record: RecordState,
  failing: Failing,
  stopping: AbortSignal,
): Promise<void> {
  try {
    await seal(deps, chain, record, stopping);
    failing.delete(record.id);
  } catch (error) {
    if (stopping.aborted) return;
    const count = (failing.get(record.id)?.count ?? 0) + 1;
    failing.set(record.id, { count, after: deps.now().getTime() + pauseAfter(count, error) });
    deps.logger.error({ err: error, record: record.id, count }, 'a record could not be sealed');
  }
}

/** Reads the stored object back, compares, publishes write-once, signs the manifest, enters `record.sealed`. */
export async function seal(deps: Deps, chain: string, record: RecordState, stopping?: AbortSignal): Promise<void> {
  const { store, key } = await whereabouts(deps, chain, record);
  const demand = { withSm3: deps.config.DIGESTS === 'sha256,sm3', signal: stopping };
  await withDigestedFile(deps, store, key, demand, (bytes, digests) =>
    sealFrom(deps, chain, record, { bytes, digests }, stopping),
  );
}

/** `bytes` is a path to what the store gave back, and `digests` are of that. */
async function sealFrom(
  deps: Deps,
  chain: string,
  record: RecordState,
  { bytes, digests }: { bytes: string; digests: Digests },
  stopping?: AbortSignal,
): Promise<void> {
  deps.point('seal.digested');
  const reason = quarantineReasonOf(record, digests);
  const probe: ProbeResult = reason ? { status: 'none' } : await deps.prober.probe(bytes, record.mediaType ?? '');
  const documentSignatures = reason ? [] : await deps.documentChecks.signatures(bytes, record.mediaType ?? '');
  const { size, sha256, sm3 } = digests;
  const object = { sha256, ...(sm3 && { sm3 }), size };
  const first = await reference(deps, chain, record, digests);
  deps.point('seal.referenced');
  const sealedAt = deps.now();
  const evidence = await evidenceFor(deps, chain, await settled(deps, chain, record, sealedAt, reason));
  await publish(deps, evidence, chain, record, digests, stopping);
  deps.point('seal.published');
  if (reason) {
    await deps.ledger.execute(recordKind, chain, record.id, actor, (state): RecordEvent[] =>
      state?.state === 'received' ? [{ type: 'record.quarantined', data: { reason, object, findings: [] } }] : [],
    );
    deps.point('seal.recorded');
    return;
  }
  const captured = capturedOf(record, probe, deps.config.ZONE);
  const parts = { chain, record, object, probe, captured, documentSignatures, sealedAt };
  const { manifest, findings, proofs } = await sign(deps, evidence, chain, (more) => {
    const findings = [...findingsOf(probe), ...unread(record), ...more];
    return { manifest: manifestOf({ ...parts, findings }), findings };
  });
  await deps.ledger.execute(recordKind, chain, record.id, actor, (state): RecordEvent[] =>
    state?.state === 'received'
      ? [
          {
            type: 'record.sealed',
            data: {
              object,
              ...proofs,
              mediaType: manifest.mediaType,
              kind: record.kind,
              probe: probe as unknown as Sealing['probe'],
              ...(!record.captured && captured && { captured }),
              ...(documentSignatures.length > 0 && { documentSignatures }),
              ...(first !== record.id && { duplicateOf: first }),
              findings,
            },
          },
        ]
      : [],
  );
  deps.point('seal.recorded');
}

/** Where the bytes lie now: a crash may have come after publishing. */
async function whereabouts(deps: Deps, chain: string, record: RecordState) {
  const incoming = uploadKey(chain, record.id);
  if ((await deps.work.size(incoming)) !== undefined) return { store: deps.work, key: incoming };
  const { items } = await findViews(deps, objectKind, { chain, filter: { records: record.id }, limit: 1 });
  const [known] = items;
  if (!known) throw new Error(`the bytes of record ${record.id} are missing`);
  return { store: deps.evidence, key: originalKey(chain, known.sha256) };
}

/** What arrived is not what was declared, or is what only a dock may leave behind. */
function quarantineReasonOf({ declared, size, suspect }: RecordState, digests: Digests) {
  if (size !== digests.size) return 'size-mismatch' as const;
  if (declared.sha256 && declared.sha256 !== digests.sha256) return 'digest-mismatch' as const;
  return suspect === 'executable' || suspect === 'empty' ? suspect : undefined;
}

/**
 * Enters the reference before the bytes are published, so that disposing of the object cannot come between. While the same bytes are being
 * destroyed it waits: the record is sealed when that has ended.
 */
async function reference(deps: Deps, chain: string, record: RecordState, { sha256, sm3, size }: Digests) {
  const done = await deps.ledger.execute(objectKind, chain, sha256, actor, (state): ObjectEvent[] => {
    if (state?.records.includes(record.id)) return [];
    if (state?.destroyingAt) throw new Error(`an original with the same bytes is being destroyed: ${sha256}`);
    return [{ type: 'object.referenced', data: { recordId: record.id, size, ...(sm3 && { sm3 }) } }];
  });
  return done.state.records[0];
}

/** The record as it will be: its term says how long what is written now is locked. It may have been linked since it was looked for. */
async function settled(
  deps: Deps,
  chain: string,
  record: RecordState,
  at: Date,
  reason: unknown,
): Promise<RecordState> {
  const { state = record } = await deps.ledger.load(recordKind, chain, record.id);
  return reason ? { ...state, state: 'quarantined' } : { ...state, state: 'sealed', sealedAt: at.toISOString() };
}

/** An original that is there already is read back too before the new copy is let go. */
async function publish(
  deps: Deps,
  evidence: Deps['evidence'],
  chain: string,
  record: RecordState,
  { sha256, size }: Digests,
  stopping?: AbortSignal,
): Promise<void> {
  const from = uploadKey(chain, record.id);
  const to = originalKey(chain, sha256);
  if ((await deps.evidence.size(to)) !== undefined) {
    const demand = { withSm3: false, signal: stopping };
    const present = await withDigestedFile(deps, deps.evidence, to, demand, async (_, digests) => digests);
    if (present.sha256 !== sha256 || present.size !== size) throw new Error(`the original ${sha256} is damaged`);
  }
  await evidence.publish(deps.work, from, to);
}

type Statement = { manifest: Manifest; findings: Sealing['findings'] };

/**
 * Stores the manifest's exact bytes, the signature over them and its time, each under its own digest. When no authority gives the time, a manifest
 * that says so is signed instead.
 */
async function sign(
  deps: Deps,
  evidence: Deps['evidence'],
  chain: string,
  state: (more: Sealing['findings']) => Statement,
) {
  const hoped = state([]);
  const timed = await signTimed(deps, encodeManifest(hoped.manifest));
  const { manifest, findings } = timed ? hoped : state([{ code: 'time-unavailable' }]);
  const bytes = encodeManifest(manifest);
  const stored = await storeManifest({ evidence }, chain, bytes);
  deps.point('seal.manifest-stored');
  const proofs = timed
    ? await storeTimed({ evidence }, chain, timed)
    : { signature: await storeSignature({ evidence }, chain, await deps.signer.sign(bytes)) };
  const beside = await signBeside(deps, chain, bytes);
  const sm2 = beside && (await storeSm2({ evidence }, chain, beside.signature, beside.signer));
  if (deps.sm2.has(chain) && !sm2) findings.push({ code: 'sm2-unavailable' });
  deps.point('seal.signed');
  return { manifest, findings, proofs: { manifest: stored, ...proofs, ...(sm2 && { sm2 }) } };
}

/** OFD (GB/T 33190) carries e-seals that nothing here reads: it is kept as an opaque file, and that is said. */
const unread = ({ mediaType }: RecordState) =>
  mediaType === types.ofd.mediaType ? [{ code: 'ofd-signatures-not-checked' }] : [];

function findingsOf(probe: ProbeResult) {
  if (probe.status === 'failed') return [{ code: 'probe-failed' }];
  if (probe.status === 'unavailable') return [{ code: 'probe-unavailable' }];
  return [];
}
