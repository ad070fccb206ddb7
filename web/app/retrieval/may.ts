import type { Session } from '../session/session.ts';
import type { Grant } from './kinds.ts';

type Who = Pick<Session, 'id' | 'permissions' | 'departments'>;

const reaches = (reach: 'own' | 'department' | 'agency' | undefined, { departments }: Who, grant: Grant) =>
  reach === 'agency' || (reach === 'department' && departments.some(({ id }) => grant.departments.includes(id)));

/** Whether to offer the answer: the service decides. Nobody answers their own request. */
export const mayAnswer = (who: Who, grant: Grant): boolean =>
  grant.state === 'waiting' && grant.personId !== who.id && reaches(who.permissions['grant.answer'], who, grant);

/** Whether to offer to take it back; one that is used up may still have an open viewing. */
export const mayRevoke = (who: Who, grant: Grant): boolean =>
  (grant.state === 'live' || grant.state === 'used-up') && reaches(who.permissions['grant.revoke'], who, grant);

/** The records of a request that a person may approve: those that departments of theirs collected. */
export const approvable = (who: Who, grant: Grant): string[] =>
  grant.records
    .filter(({ departmentId }) => who.departments.some(({ id }) => id === departmentId))
    .map(({ recordId }) => recordId);
