import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { matrix, type Reach, type Role, roles } from '../../server/access/matrix.ts';
import { createApp } from '../../server/app.ts';
import type { Door, Route } from '../../server/http/route.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Answer, Client } from '../support/client.ts';
import { things } from '../support/things.ts';

type Declared = Route | Door;

/**
 * Routes on one thing whose reach is decided by their handler, since whose the thing is follows from the body or from what is
 * found on the way. Each is tested with its room; a new route must declare `of` or be thought about here.
 */
const decidedByHandler = [
  'PUT /cases/external/{system}/{id}',
  'PUT /records/external/{system}/{id}',
  'POST /records/{id}/links/{linkId}/end',
  'GET /subjects/{id}/records',
  'DELETE /log-tokens/{id}',
  'HEAD /uploads/{id}',
  'PATCH /uploads/{id}',
  'DELETE /uploads/{id}',
  'POST /grants/{id}/viewings',
  'GET /viewings/{id}',
  'POST /viewings/{id}/close',
  'GET /records/{id}/viewings',
  'GET /viewings/{id}/records/{recordId}/content',
];

/** Nobody answers or takes back their own request by its being their own. */
const ownDoesNotCount = ['POST /grants/{id}/answer/statement', 'POST /grants/{id}/answer', 'POST /grants/{id}/revoke'];

const nameOf = ({ method, path }: Declared) => `${method.toUpperCase()} ${path}`;
const permissionOf = ({ access }: Declared) => ('permission' in access ? access.permission : undefined);
const reachesOf = (route: Declared): Partial<Record<Role, Reach>> => matrix[permissionOf(route) as keyof typeof matrix];

describe('every route against the permission matrix', () => {
  let app: TestApp;
  let routes: readonly Declared[];
  let agency: TestAgency;
  let other: TestAgency;
  let [near, far] = ['', ''];
  const people = new Map<Role, TestPerson>();

  before(async () => {
    app = await startApp({ config: { RATE_TRANSFERS: '100000' } });
    routes = createApp(app.deps, app.service.access).routes;
    [agency, other] = [await foundAgency(app, 'one'), await foundAgency(app, 'two')];
    [near, far] = [await agency.department(), await agency.department()];
    for (const role of roles) people.set(role, await agency.person({ roles: [role], departments: [near] }));
  });
  after(() => app.destroy());

  /** Calls a route on a thing; the body is none that any route takes, so nothing is done. */
  async function call(client: Client, { method, path }: Declared, id = app.deps.newId()): Promise<Answer> {
    const address = path
      .replace('{id}', id)
      .replace('{system}', 'x')
      .replace(/\{\w+\}/g, () => app.deps.newId());
    const body = ['post', 'put', 'patch'].includes(method) ? { body: { matrix: true } } : {};
    return await client.send(method.toUpperCase(), address, body);
  }

  /** What an answer says of access; HEAD has no body to tell. */
  const verdict = ({ status, body }: Answer) =>
    status === 403 ? (body?.code ?? 'FORBIDDEN') : status === 401 ? 'NOT_AUTHENTICATED' : 'in';

  it('asks for a session wherever it is not open', async () => {
    for (const route of routes) {
      const expected = 'open' in route.access ? 'in' : 'NOT_AUTHENTICATED';
      assert.equal(verdict(await call(app.client(), route)), expected, nameOf(route));
    }
  });

  it('lets docks in only where a route says so', async () => {
    const { client } = await agency.dock(near);
    for (const route of routes) {
      if ('open' in route.access) continue;
      const expected = 'permission' in route.access && route.access.docks ? 'in' : 'FORBIDDEN';
      assert.equal(verdict(await call(client, route)), expected, nameOf(route));
    }
  });

  it('lets nobody do anything before a password set by an administrator is changed', async () => {
    const { id } = await agency.person({ roles: ['officer'], departments: [near] });
    const client = await agency.signIn(id, true);
    for (const route of routes) {
      if ('open' in route.access || ('session' in route.access && route.access.evenBeforePasswordChange)) continue;
      if (route.method !== 'head')
        assert.equal(verdict(await call(client, route)), 'PASSWORD_CHANGE_REQUIRED', nameOf(route));
    }
  });

  it('lets no role do what the matrix does not give it, and a person without roles nothing', async () => {
    const nobody = await agency.person({ departments: [near] });
    for (const route of routes.filter(permissionOf)) {
      assert.equal(verdict(await call(nobody.client, route)), 'FORBIDDEN', `nobody ${nameOf(route)}`);
      for (const [role, { client }] of people) {
        const expected = reachesOf(route)[role] ? 'in' : 'FORBIDDEN';
        assert.equal(verdict(await call(client, route)), expected, `${role} ${nameOf(route)}`);
      }
    }
  });

  it('knows for every route on a thing who decides whose it is', () => {
    const undecided = routes
      .filter((route) => permissionOf(route) && route.path.includes('{'))
      .filter(({ access }) => !('of' in access && access.of))
      .filter((route) => Object.values(reachesOf(route)).some((reach) => reach !== 'agency'))
      .map(nameOf);
    assert.deepEqual(undecided.sort(), [...decidedByHandler].sort());
    for (const { access, path } of routes) {
      if ('of' in access && access.of)
        assert.ok(things[path.split('/')[1] as string], `test/support/things.ts makes none for ${path}`);
    }
  });

  it('reaches own things, those of the department, and all of the agency, as the matrix says', async () => {
    for (const [kind, { make, owned }] of Object.entries(things)) {
      const placed: [string, string][] = [
        ['department', await make(agency, near)],
        ['agency', await make(agency, far)],
      ];
      const onThing = routes.filter(
        ({ path, access }) => path.startsWith(`/${kind}/{id}`) && 'of' in access && access.of,
      );
      for (const [role, { client, id: personId }] of people) {
        const own: [string, string][] = owned ? [['own', await make(agency, far, personId)]] : [];
        for (const route of onThing) {
          const reach = reachesOf(route)[role];
          for (const [place, id] of [...own, ...placed]) {
            const counted = place === 'own' && ownDoesNotCount.includes(nameOf(route)) ? 'agency' : place;
            const expected = reach && within(reach, counted) ? 'in' : 'FORBIDDEN';
            assert.equal(verdict(await call(client, route, id)), expected, `${role} ${nameOf(route)} ${place}`);
          }
        }
      }
    }
  });

  it('knows nothing of another agency', async () => {
    const theirs = await other.department();
    for (const [kind, { make }] of Object.entries(things)) {
      const id = await make(other, theirs);
      for (const route of routes.filter(
        ({ path, access }) => path.startsWith(`/${kind}/{id}`) && 'of' in access && access.of,
      )) {
        for (const [role, { client }] of people) {
          const expected = reachesOf(route)[role] ? 404 : 403;
          assert.equal((await call(client, route, id)).status, expected, `${role} ${nameOf(route)}`);
        }
      }
    }
  });
});

const order: string[] = ['own', 'department', 'agency'];
const within = (reach: Reach, place: string) => order.indexOf(place) <= order.indexOf(reach);
