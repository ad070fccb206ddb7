import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { namesOf, viewsById } from '../ledger/find-views.ts';
import { type AccountState, accountKind } from './account.ts';
import { departmentKind } from './department.ts';
import { exclusiveRoles } from './matrix.ts';
import type { PersonState } from './person.ts';
import { role } from './shapes.ts';

/** A person as colleagues see them. The certificate number is whole only for the person and the system administrator. */
export const personAnswer = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  certificateNo: z.string().optional(),
  roles: z.array(role),
  memberships: z.array(
    z.object({
      id: z.string(),
      departmentId: z.string(),
      departmentName: z.string(),
      from: z.string(),
      to: z.string().optional(),
    }),
  ),
  state: z.enum(['active', 'suspended']),
  externalIds: z.array(z.object({ system: z.string(), id: z.string() })),
  registeredAt: z.string(),
  /** Only for the three administrators. */
  account: z
    .object({ locked: z.boolean(), passwordSetAt: z.string().optional(), lastSignInAt: z.string().optional() })
    .optional(),
});

export type PersonAnswer = z.input<typeof personAnswer>;

export async function describe(context: Context, people: readonly PersonState[]): Promise<PersonAnswer[]> {
  const { deps, chain, signedIn } = context;
  const ids = people.flatMap(({ memberships }) => memberships.map(({ departmentId }) => departmentId));
  const names = await namesOf(deps, departmentKind, chain, ids);
  const sees = (person: PersonState) => signedIn.roles.includes('sysadmin') || signedIn.id === person.id;
  const accounts = await accountsOf(context, people);
  return people.map(({ certificateNo, memberships, ...person }) => ({
    ...person,
    ...(certificateNo && {
      certificateNo: sees({ ...person, memberships }) ? certificateNo : maskNumber(certificateNo),
    }),
    ...(accounts.has(person.id) && { account: accounts.get(person.id) as AccountState }),
    memberships: memberships.map((held) => ({ ...held, departmentName: names.get(held.departmentId) ?? '' })),
  }));
}

async function accountsOf({ deps, chain, signedIn }: Context, people: readonly PersonState[]) {
  if (!signedIn.roles.some((held) => exclusiveRoles.includes(held))) return new Map<string, AccountState>();
  const ids = people.map(({ id }) => id);
  return await viewsById(deps, accountKind, chain, ids);
}

export async function describeOne(context: Context, person: PersonState): Promise<PersonAnswer> {
  const [described] = await describe(context, [person]);
  return described as PersonAnswer;
}

/** All but the last three characters. */
const maskNumber = (number: string) => '*'.repeat(Math.max(1, number.length - 3)) + number.slice(-3);
