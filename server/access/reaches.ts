import type { Caller } from './caller.ts';
import { type Permission, type Reach, reachOf } from './matrix.ts';

/** Whose a thing is: what the permission matrix weighs beside the role. */
export interface Belongs {
  departments: readonly string[];
  /** People for whom it is their own. */
  people: readonly string[];
}

/** Whether a person's permission covers a thing of their agency. */
export function reaches(caller: Caller, permission: Permission, thing: Belongs): boolean {
  const found = caller.kind === 'person' ? reachOf(permission, caller.roles) : undefined;
  return found !== undefined && within(found.reach, caller, thing);
}

/** Whether a reach covers a thing. */
export function within(reach: Reach, caller: Caller, { departments, people }: Belongs): boolean {
  if (reach === 'agency' || people.includes(caller.id)) return true;
  return reach === 'department' && departments.some((department) => caller.departments.includes(department));
}
