import { type AccountEvent, accountKind } from '../../server/access/account.ts';
import { type AgencyEvent, agencyKind } from '../../server/access/agency.ts';
import { issuedToken } from '../../server/access/bearer-tokens.ts';
import { setCredential } from '../../server/access/credentials.ts';
import { type DepartmentEvent, departmentKind } from '../../server/access/department.ts';
import type { Role } from '../../server/access/matrix.ts';
import { type PersonEvent, personKind } from '../../server/access/person.ts';
import { beginSession, cookieName } from '../../server/access/sessions.ts';
import { SYSTEM_CHAIN, systemActor } from '../../server/deps.ts';
import { type DockEvent, dockKind } from '../../server/devices/dock.ts';
import type { TestApp } from './app.ts';
import { Client } from './client.ts';

const actor = systemActor('test');
const FROM = '2020-01-01T00:00:00.000Z';

export interface TestPerson {
  id: string;
  username: string;
  client: Client;
}

export interface PersonOptions {
  roles?: Role[];
  departments?: string[];
  name?: string;
  certificateNo?: string;
}

/**
 * An agency made by ledger entries and its people signed in by sessions, without a password: fast, for tests of other rooms. The
 * ways in themselves are tested in setup.test.ts and access.test.ts.
 */
export class TestAgency {
  readonly app: TestApp;
  readonly id: string;
  readonly code: string;
  #count = 0;

  constructor(app: TestApp, id: string, code: string) {
    this.app = app;
    this.id = id;
    this.code = code;
  }

  /** Founds a department and answers its id. */
  async department(name = `科室${++this.#count}`): Promise<string> {
    const { ledger, newId } = this.app.deps;
    const id = newId();
    const event: DepartmentEvent = { type: 'department.founded', data: { name } };
    await ledger.execute(departmentKind, this.id, id, actor, () => [event]);
    return id;
  }

  /** A person with roles and memberships, signed in. */
  async person({ roles = [], departments = [], name, certificateNo }: PersonOptions = {}): Promise<TestPerson> {
    const { ledger, newId } = this.app.deps;
    const id = newId();
    const username = `user${++this.#count}`;
    const data = { name: name ?? `人员${this.#count}`, username, ...(certificateNo && { certificateNo }) };
    const events: PersonEvent[] = [
      { type: 'person.registered', data },
      ...departments.map((departmentId) => ({
        type: 'person.membership-begun' as const,
        data: { id: newId(), departmentId, from: FROM },
      })),
      ...(roles.length > 0 ? [{ type: 'person.roles-set' as const, data: { roles } }] : []),
    ];
    await ledger.execute(personKind, this.id, id, actor, () => events);
    return { id, username, client: await this.signIn(id) };
  }

  /** A further session of a person. */
  async signIn(personId: string, mustChangePassword = false): Promise<Client> {
    const { deps, origin } = this.app;
    const { token } = await beginSession(deps, this.id, personId, mustChangePassword);
    return new Client(origin, `${cookieName(deps.config)}=${token}`);
  }

  /** Gives a person a password of their own, for what asks for it again. */
  async setPassword(personId: string, password: string): Promise<void> {
    const { deps } = this.app;
    const event: AccountEvent = { type: 'account.password-set', data: { byAdministrator: false } };
    const { version } = await deps.ledger.execute(accountKind, this.id, personId, actor, () => [event]);
    await setCredential(deps, this.id, personId, password, { basis: version, mustChange: false });
  }

  /** A dock with a token that is good for a year. */
  async dock(departmentId: string): Promise<{ id: string; tokenId: string; client: Client }> {
    const { ledger, newId, now } = this.app.deps;
    const [id, tokenId] = [newId(), newId()];
    const expiresAt = new Date(now().getTime() + 365 * 86_400_000).toISOString();
    const events: DockEvent[] = [
      { type: 'dock.registered', data: { name: `采集站${++this.#count}`, departmentId } },
      { type: 'dock.token-issued', data: { id: tokenId, name: 'test', expiresAt } },
    ];
    const { version, state } = await ledger.execute(dockKind, this.id, id, actor, () => events);
    const [issued] = state.tokens;
    const client = this.app.client();
    const given = { issued: issued!, version, held: state.tokens };
    client.bearer = (await issuedToken(this.app.deps, this.id, `dock/${id}`, given)).token;
    return { id, tokenId, client };
  }
}

export async function foundAgency(app: TestApp, code = 'test', name = '测试机关'): Promise<TestAgency> {
  const { ledger, newId } = app.deps;
  const id = newId();
  const event: AgencyEvent = { type: 'agency.founded', data: { name, code, first: false } };
  await ledger.execute(agencyKind, SYSTEM_CHAIN, id, actor, () => [event]);
  return new TestAgency(app, id, code);
}
