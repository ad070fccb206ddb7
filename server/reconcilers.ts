import { startExpiry } from './access/expiry.ts';
import { startExports } from './archive/exports.ts';
import { startDeadlines } from './cases/deadline-rounds.ts';
import { startRenewals } from './certificates/renewals.ts';
import type { Deps } from './deps.ts';
import { startDisposals } from './disposal/carry-out.ts';
import { startUploads } from './ingest/uploads.ts';
import { startFollowing, startIndexing } from './ledger/following.ts';
import { startAnchoring, startCosigning, startPublishing } from './log/publishing.ts';
import type { Reconciler } from './reconciler.ts';
import { startViewings } from './retrieval/reconcile.ts';
import { startLockExtension } from './seal/extend-locks.ts';
import { startLateProbes } from './seal/late-probes.ts';
import { startLateTimes } from './seal/late-times.ts';
import { startSealer } from './seal/sealer.ts';

/** Every loop of the service. */
export const reconcilers: ((deps: Deps) => Reconciler)[] = [
  startExpiry,
  startFollowing,
  startIndexing,
  startPublishing,
  startCosigning,
  startAnchoring,
  startRenewals,
  startUploads,
  startSealer,
  startExports,
  startDisposals,
  startLateProbes,
  startLateTimes,
  startLockExtension,
  startViewings,
  startDeadlines,
];
