import type { Feature } from '../http/route.ts';
import { entryDoors, entryRoutes } from './entry-routes.ts';

/** What auditors read: the ledger entry by entry with its proofs. */
export const auditRoutes: Feature = (deps) => ({ routes: [...entryRoutes()], doors: [...entryDoors(deps)] });
