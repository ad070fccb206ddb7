import type { Feature } from '../http/route.ts';
import { entryDoors, entryRoutes } from './entry-routes.ts';
import { Kept } from './kept.ts';
import { logDoors, logRoutesOf } from './log-routes.ts';

/** What auditors read: the ledger entry by entry with its proofs, and the log that it is published as. */
export const auditRoutes: Feature = (deps) => {
  const kept = new Kept(deps);
  return {
    routes: [...entryRoutes(), ...logRoutesOf(kept)],
    doors: [...entryDoors(deps), ...logDoors(kept)],
  };
};
