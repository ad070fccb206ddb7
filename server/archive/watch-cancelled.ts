import type { Deps } from '../deps.ts';
import { exportKind } from './events.ts';

/** How soon it is seen that another process cancelled, milliseconds. */
const LOOK_MS = 3000;

/** Fires once an export is no longer wanted: at once when this process was told, else at the next look. `end` lets go. */
export function watchCancelled(deps: Deps, chain: string, id: string): { signal: AbortSignal; end(): void } {
  const cancelled = new AbortController();
  const hear = (_chain: string, exportId: string) => {
    if (exportId === id) cancelled.abort();
  };
  const look = async () => {
    const { state } = await deps.ledger.load(exportKind, chain, id);
    if (state?.state === 'cancelled') cancelled.abort();
  };
  deps.signals.on('export.cancelled', hear);
  // A look that fails says nothing: the next one is soon.
  const timer = setInterval(() => look().catch(() => {}), LOOK_MS).unref();
  return {
    signal: cancelled.signal,
    end: () => {
      clearInterval(timer);
      deps.signals.off('export.cancelled', hear);
    },
  };
}
