import type { Feature } from '../http/route.ts';
import { deviceRoutes } from './device-routes.ts';
import { dockRoutes } from './dock-routes.ts';

/** Body recorders and docks. */
export const devicesRoutes: Feature = () => ({ routes: [...deviceRoutes, ...dockRoutes] });
