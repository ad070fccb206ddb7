import { isLive } from '../access/authenticate.ts';
import type { Context } from '../http/context.ts';

const LOOK_MS = 2000;
const TOUCH_MS = 60_000;

/**
 * To be called for bytes that come in: keeps the caller's session awake, and calls `end` once the session or token that the
 * transfer was begun with is over. `progress` is called as often as the session is touched.
 */
export function presence(context: Context, end: () => void, progress: () => void = () => {}): () => void {
  const { deps, signedIn } = context;
  let looked = deps.now().getTime();
  let touched = looked;
  return () => {
    const now = deps.now().getTime();
    if (now - touched >= TOUCH_MS) {
      touched = now;
      progress();
      context.touch().catch(() => {});
    }
    if (now - looked < LOOK_MS) return;
    looked = now;
    isLive(deps, signedIn).then(
      (live) => {
        if (!live) end();
      },
      () => {},
    );
  };
}
