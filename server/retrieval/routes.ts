import type { Feature } from '../http/route.ts';
import { contentRoute } from './content-route.ts';
import { grantRoutes } from './grant-routes.ts';
import { viewingRoutes } from './viewing-routes.ts';

export const retrievalRoutes: Feature = (deps) => ({
  routes: [...grantRoutes(deps), ...viewingRoutes(deps), contentRoute(deps)],
});
