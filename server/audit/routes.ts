import type { Feature } from '../http/route.ts';
import { accessDoors, accessRoutes } from './access-routes.ts';
import { entryDoors, entryRoutes } from './entry-routes.ts';
import { Kept } from './kept.ts';
import { logDoors, logRoutesOf } from './log-routes.ts';

/** What auditors read: the ledger entry by entry with its proofs, the log that it is published as, and who had access. */
export const auditRoutes: Feature = (deps) => {
  const kept = new Kept(deps);
  return {
    routes: [...entryRoutes(), ...logRoutesOf(kept), ...accessRoutes()],
    doors: [...entryDoors(deps), ...logDoors(kept), ...accessDoors(deps)],
  };
};
