import type { Feature } from '../http/route.ts';
import { organisationRoutes } from './organisation-routes.ts';
import { peopleExternalRoutes } from './people-external-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { peopleSecurityRoutes } from './people-security-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** Set-up, sessions, the agency, its departments and its people. */
export const accessRoutes: Feature = () => ({
  routes: [...sessionRoutes, ...organisationRoutes, ...peopleRoutes, ...peopleExternalRoutes, ...peopleSecurityRoutes],
});
