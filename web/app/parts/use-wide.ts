import { useSyncExternalStore } from 'react';

/** Paper counts as wide: what changed its form while it is printed would be cut off, since pages are counted before. */
const wide = matchMedia('(min-width: 768px), print');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** Whether there is room for tables beside each other: no phone. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => wide.matches);
