import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { issueSetupLink, SETUP_LINK_MS } from '../../server/access/setup-link.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';

const password = 'plum-window-harbour-41';
const request = (token: string, code = 'lqedu', username = 'Wang.Li') => ({
  token,
  agency: { name: '龙泉市教育局', code },
  administrator: { name: '王丽', username, password },
});

describe('set-up', () => {
  let app: TestApp;
  let token: string;
  before(async () => {
    app = await startApp();
    token = (await issueSetupLink(app.deps, 'first'))!;
  });
  after(() => app.destroy());

  it('refuses a wrong link, a weak password and a foreign page, and keeps the link good', async () => {
    const client = app.client();
    refused(await client.post('/setup', request('x'.repeat(43))), 403, 'SETUP_LINK_INVALID');
    const weak = { ...request(token), administrator: { name: '王丽', username: 'wangli', password: 'Password12345' } };
    refused(await client.post('/setup', weak), 422, 'PASSWORD_REJECTED');
    refused(
      await client.post('/setup', request(token), { origin: 'https://elsewhere.example' }),
      403,
      'ORIGIN_REJECTED',
    );
    refused(await client.post('/setup', { ...request(token), more: 1 }), 422, 'VALIDATION');
  });

  it('founds the agency with three accounts, once, and answers an equal repeated request', async () => {
    const client = app.client();
    const key = { 'idempotency-key': 'set-up-1' };
    const [one, two] = await Promise.all([
      client.post('/setup', request(token), key),
      client.post('/setup', request(token)),
    ]);
    const [won, lost] = one.status === 201 ? [one, two] : [two, one];
    const body = must(won, 201);
    refused(lost, 403, 'SETUP_LINK_INVALID');
    assert.deepEqual(
      body.accounts.map((account: { role: string }) => account.role),
      ['sysadmin', 'secadmin', 'auditor'],
    );
    assert.equal(body.accounts[0].username, 'wang.li');
    assert.equal(body.accounts[0].oneTimePassword, undefined);
    if (won === one) assert.deepEqual(must(await client.post('/setup', request(token), key), 201), body);
    refused(await client.post('/setup', request(token)), 403, 'SETUP_LINK_INVALID');
    refused(await client.post('/setup', request(token), { 'idempotency-key': 'another' }), 403, 'SETUP_LINK_INVALID');

    const me = must(await client.post('/session', { username: 'WANG.LI', password }));
    assert.deepEqual(me.roles, ['sysadmin']);
    assert.equal(me.mustChangePassword, false);
    for (const { username, oneTimePassword, role } of body.accounts.slice(1)) {
      const other = app.client();
      const session = must(await other.post('/session', { username, password: oneTimePassword }));
      assert.deepEqual([session.roles, session.mustChangePassword], [[role], true]);
      refused(await other.get('/people'), 403, 'PASSWORD_CHANGE_REQUIRED');
      assert.equal(
        (await other.post('/session/password', { current: oneTimePassword, next: `${password}-${role}` })).status,
        204,
      );
      must(await other.get('/people'));
      refused(await app.client().post('/session', { username, password: oneTimePassword }), 401, 'LOGIN_FAILED');
    }
  });

  it('makes no second first agency, and a further one by its own link', async () => {
    assert.equal(await issueSetupLink(app.deps, 'first'), undefined);
    const link = (await issueSetupLink(app.deps, 'agency'))!;
    refused(await app.client().post('/setup', request(link, 'LQEDU')), 409, 'ALREADY_EXISTS');
    const { agency } = must(await app.client().post('/setup', request(link, 'lqjt')), 201);
    assert.equal(agency.code, 'lqjt');
    // The same name exists in both: the code tells them apart, and without it nobody is asked further.
    refused(await app.client().post('/session', { username: 'wang.li', password }), 422, 'VALIDATION');
    assert.equal(
      must(await app.client().post('/session', { agency: 'LQJT', username: 'wang.li', password })).agency.id,
      agency.id,
    );
  });

  it('ends a link after an hour', async () => {
    const link = (await issueSetupLink(app.deps, 'agency'))!;
    app.clock.advance(SETUP_LINK_MS);
    refused(await app.client().post('/setup', request(link, 'late')), 403, 'SETUP_LINK_INVALID');
  });
});

describe('set-up cut short', () => {
  const cuts: [string, boolean][] = [
    ['setup.planned', false],
    ['setup.agency-founded', true],
    ['setup.accounts-made', false],
  ];
  for (const [point, late] of cuts) {
    it(`goes on with ${late ? 'a new link' : 'the same link'} after ${point}`, async () => {
      const app = await startApp();
      try {
        const token = (await issueSetupLink(app.deps, 'first'))!;
        const other = (await issueSetupLink(app.deps, 'first'))!;
        const { point: quiet } = app.deps;
        app.deps.point = (name) => {
          if (name === point) throw new Error('cut');
        };
        refused(await app.client().post('/setup', request(token)), 500, 'INTERNAL');
        app.deps.point = quiet;
        // Hours later the link is over; a new one goes on where the old one stopped.
        if (late) app.clock.advance(SETUP_LINK_MS);
        const good = late ? (await issueSetupLink(app.deps, 'first'))! : token;
        const { agency, accounts } = must(await app.client().post('/setup', request(good)), 201);
        const people = await app.deps.documents.count('person', agency.id);
        assert.deepEqual([await app.deps.documents.count('agency', 'system'), people, accounts.length], [1, 3, 3]);
        must(
          await app
            .client()
            .post('/session', { username: accounts[2].username, password: accounts[2].oneTimePassword }),
        );
        refused(await app.client().post('/setup', request(other, 'second')), 403, 'SETUP_LINK_INVALID');
      } finally {
        await app.destroy();
      }
    });
  }
});
