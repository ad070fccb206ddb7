import { useCallback, useEffect, useRef } from 'react';

/** How often the service is told that something is still looked at, milliseconds: well within the time after which it takes a viewing for over. */
const TOLD_MS = 300_000;

/**
 * What was read in advance is looked at without a request, and without one for long the service takes the viewing for over. So as long as
 * somebody does something on the page, or footage plays, a byte that was read already is read again now and then. Answers what is to be
 * called while footage plays.
 */
export function useStillWatched(url: string | undefined): () => void {
  const seen = useRef(false);
  const note = useCallback(() => {
    seen.current = true;
  }, []);
  useEffect(() => {
    if (!url) return;
    const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const sign of signs) addEventListener(sign, note, { passive: true });
    const timer = setInterval(() => {
      if (seen.current) void fetch(url, { headers: { Range: 'bytes=0-0' } }).catch(() => undefined);
      seen.current = false;
    }, TOLD_MS);
    return () => {
      for (const sign of signs) removeEventListener(sign, note);
      clearInterval(timer);
    };
  }, [url, note]);
  return note;
}
