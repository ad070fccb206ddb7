import type { Feature } from '../http/route.ts';
import { dockDayRoutes } from './dock-day-routes.ts';
import { permitRoutes } from './permit-routes.ts';

/** What docks are permitted, and what they say they did. */
export const dockingRoutes: Feature = () => ({ routes: [...permitRoutes, ...dockDayRoutes] });
