import type { Permission, Role } from './matrix.ts';

/** Who is calling, as known at this moment: looked up anew for every request. */
export interface Caller {
  kind: 'person' | 'dock';
  id: string;
  agency: string;
  /** Empty for docks: their rights are the routes that say so. */
  roles: readonly Role[];
  /** Departments of today's memberships, or the dock's own. */
  departments: readonly string[];
  /** The session or token: what a transfer in flight is ended by. */
  credential: string;
  mustChangePassword: boolean;
  /** A token of a person is for this alone. */
  only?: Permission;
  /** Cookie sessions are held to the Origin check. */
  byCookie: boolean;
}
