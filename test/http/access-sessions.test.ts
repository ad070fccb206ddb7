import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountKind } from '../../server/access/account.ts';
import type { Caller } from '../../server/access/caller.ts';
import { sweep } from '../../server/access/expiry.ts';
import { issueSetupLink } from '../../server/access/setup-link.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';

const next = 'plum-window-harbour-41';

describe('sessions', () => {
  let app: TestApp;
  let agency: TestAgency;
  let sysadmin: Client;
  let secadmin: Client;
  let admins: { sys: string; sec: string };

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const sys = await agency.person({ roles: ['sysadmin'] });
    const sec = await agency.person({ roles: ['secadmin'] });
    admins = { sys: sys.id, sec: sec.id };
  });
  beforeEach(async () => {
    sysadmin = await agency.signIn(admins.sys);
    secadmin = await agency.signIn(admins.sec);
  });
  after(() => app.destroy());

  /** A person who has chosen a password. */
  async function member(username: string): Promise<{ id: string; client: Client }> {
    const { id, oneTimePassword } = must(await sysadmin.post('/people', { name: '李四', username }), 201);
    const client = app.client();
    must(await client.post('/session', { username, password: oneTimePassword }));
    assert.equal((await client.post('/session/password', { current: oneTimePassword, next })).status, 204);
    return { id, client };
  }

  it('holds a session in a cookie that scripts and other sites cannot use', async () => {
    const { client } = await member('cookie');
    const response = await client.fetch('POST', '/session', { body: { username: 'cookie', password: next } });
    assert.match(response.headers.get('set-cookie') ?? '', /^tiezheng=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    await response.body?.cancel();
    assert.equal(must(await client.get('/session')).username, 'cookie');
    const old = client.cookie;
    assert.equal((await client.delete('/session')).status, 204);
    assert.equal(client.cookie, undefined);
    client.cookie = old;
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
  });

  it('ends an idle session and, at the latest, an old one', async () => {
    const { client } = await member('idle');
    app.clock.advance(29 * 60_000);
    must(await client.get('/session'));
    app.clock.advance(30 * 60_000);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    must(await client.post('/session', { username: 'idle', password: next }));
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      app.clock.advance(20 * 60_000);
      must(await client.get('/session'));
    }
    app.clock.advance(20 * 60_000);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
  });

  it('keeps a session awake by touch, and tells when a credential is over', async () => {
    const { id, client } = await member('touch');
    const [document] = (
      await app.deps.documents.find('session', { chain: agency.id, filter: { personId: id }, limit: 1 })
    ).items;
    const caller = { byCookie: true, credential: document!.id } as Caller;
    for (let i = 0; i < 3; i++) {
      app.clock.advance(20 * 60_000);
      await app.service.access.touch(caller);
    }
    must(await client.get('/session'));
    assert.equal(await app.service.access.isLive(caller), true);
    await client.delete('/session');
    await app.service.access.touch(caller);
    assert.equal(await app.service.access.isLive(caller), false);
  });

  it('delays after three wrong passwords, locks after ten, and is unlocked by the security administrator', async () => {
    const { id, client } = await member('forgetful');
    await guess('forgetful');
    const { state } = await app.deps.ledger.load(accountKind, agency.id, id);
    assert.equal(state?.locked, true);
    refused(await app.client().post('/session', { username: 'forgetful', password: next }), 403, 'ACCOUNT_LOCKED');
    app.clock.advance(-31 * 60_000);
    must(await client.get('/session'));
    app.clock.advance(31 * 60_000);
    await agency.signIn(admins.sec).then(async (fresh) => {
      refused(await fresh.post(`/people/${id}/unlock`, {}), 422, 'VALIDATION');
      assert.equal(must(await fresh.get(`/people/${id}`)).account.locked, true);
      must(await fresh.post(`/people/${id}/unlock`, { reason: '本人到场核实' }));
      assert.equal(must(await fresh.get('/people?q=forgetful')).items[0].account.locked, false);
    });
    must(await app.client().post('/session', { username: 'forgetful', password: next }));
  });

  it('answers the same for a name that does not exist', async () => {
    await guess('nobody-at-all');
    refused(await app.client().post('/session', { username: 'nobody-at-all', password: next }), 403, 'ACCOUNT_LOCKED');
    refused(
      await app.client().post('/session', { agency: 'none', username: 'x\u0000', password: next }),
      401,
      'LOGIN_FAILED',
    );
  });

  /** Ten wrong passwords, waiting as told. */
  async function guess(username: string): Promise<void> {
    const wrong = () => app.client().post('/session', { username, password: 'wrong-wrong-wrong' });
    for (let failures = 1; failures <= 10; failures++) {
      refused(await wrong(), 401, 'LOGIN_FAILED');
      if (failures < 3 || failures === 10) continue;
      const answer = await wrong();
      const { detail } = refused(answer, 429, 'LOGIN_DELAYED');
      const seconds = Number(answer.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 2 ** (failures - 3), detail);
      app.clock.advance(seconds * 1000);
    }
    refused(await wrong(), 403, 'ACCOUNT_LOCKED');
  }

  it('counts guesses that come at once one by one', async () => {
    await member('parallel');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        app.client().post('/session', { username: 'parallel', password: 'not-this-one-either' }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 401).length, 3);
    assert.ok(answers.every(({ status }) => status === 401 || status === 429));
  });

  it('refuses short, common and repeated passwords, and ends the other sessions when it is changed', async () => {
    const { id, client } = await member('careful');
    const elsewhere = await agency.signIn(id);
    for (const bad of ['short-1', 'Password1234', 'careful-careful', '1234567890123', 'Admin@123456', next]) {
      const answer = await client.post('/session/password', { current: next, next: bad });
      assert.equal(answer.body?.code, 'PASSWORD_REJECTED', bad);
    }
    refused(await client.post('/session/password', { current: `${next}x`, next: `${next}-2` }), 401, 'LOGIN_FAILED');
    must(await elsewhere.get('/session'));
    assert.equal((await client.post('/session/password', { current: next, next: `${next}-2` })).status, 204);
    must(await client.get('/session'));
    refused(await elsewhere.get('/session'), 401, 'NOT_AUTHENTICATED');
  });

  it('suspending ends sessions at once, and resuming opens none of them', async () => {
    const { id, client } = await member('leaver');
    const heard: string[] = [];
    app.deps.signals.once('person.suspended', (_, personId) => heard.push(personId));
    must(await secadmin.post(`/people/${id}/suspend`, { reason: '调离' }));
    assert.deepEqual(heard, [id]);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    refused(await app.client().post('/session', { username: 'leaver', password: next }), 401, 'LOGIN_FAILED');
    refused(await secadmin.post(`/people/${id}/suspend`, { reason: '调离' }), 409, 'STATE_NOT_ALLOWED');
    must(await secadmin.post(`/people/${id}/resume`, { reason: '调回' }));
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    must(await app.client().post('/session', { username: 'leaver', password: next }));
  });

  it('a reset password works once and must be changed', async () => {
    const { id, client } = await member('lost');
    const key = { 'idempotency-key': 'reset-1' };
    const { oneTimePassword } = must(await secadmin.post(`/people/${id}/password-reset`, { reason: '遗忘' }, key));
    assert.deepEqual(must(await secadmin.post(`/people/${id}/password-reset`, { reason: '遗忘' }, key)), {
      oneTimePassword,
    });
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    refused(await app.client().post('/session', { username: 'lost', password: next }), 401, 'LOGIN_FAILED');
    must(await client.post('/session', { username: 'LOST', password: oneTimePassword }));
    refused(await client.get('/people'), 403, 'PASSWORD_CHANGE_REQUIRED');
    refused(await secadmin.post(`/people/${admins.sec}/password-reset`, { reason: '本人' }), 403, 'SELF_ACTION');
  });

  it('takes writes by cookie from its own pages only', async () => {
    const { client } = await member('pages');
    refused(
      await client.send('DELETE', '/session', { headers: { origin: 'https://elsewhere.example' } }),
      403,
      'ORIGIN_REJECTED',
    );
    refused(
      await client.send('DELETE', '/session', { headers: { 'sec-fetch-site': 'cross-site' } }),
      403,
      'ORIGIN_REJECTED',
    );
    assert.equal((await client.send('DELETE', '/session', { headers: { origin: app.origin } })).status, 204);
  });

  it('takes no token for a caller that is damaged, foreign or of another kind', async () => {
    const client = app.client();
    for (const cookie of [
      'tiezheng=',
      'tiezheng=x',
      `tiezheng=${'a'.repeat(43)}`,
      `tiezheng=${'a'.repeat(8000)}`,
      'tiezheng=%00',
      '__Host-tiezheng=x',
    ]) {
      refused(await client.get('/session', { cookie }), 401, 'NOT_AUTHENTICATED');
    }
    for (const authorization of [
      'Bearer x',
      `Bearer tzd_${'a'.repeat(43)}`,
      'Basic eDp5',
      `Bearer ${sysadmin.cookie?.slice(9)}`,
    ]) {
      refused(await client.get('/session', { authorization }), 401, 'NOT_AUTHENTICATED');
    }
  });
});

describe('what is over', () => {
  it('is swept away, and nothing else', async () => {
    const app = await startApp();
    try {
      const agency = await foundAgency(app);
      const { id, client } = await agency.person({ roles: ['officer'] });
      const count = async () => {
        const of = (kind: string, chain: string) => app.deps.documents.count(kind, chain);
        return [
          await of('session', agency.id),
          await of('setup-link', 'system'),
          await of('sign-in-attempts', 'system'),
        ];
      };
      await issueSetupLink(app.deps, 'agency');
      refused(await app.client().post('/session', { username: 'nobody', password: 'x' }), 401, 'LOGIN_FAILED');
      await sweep(app.deps);
      assert.deepEqual(await count(), [1, 1, 1]);
      app.clock.advance(31 * 60_000);
      await agency.signIn(id);
      await sweep(app.deps);
      assert.deepEqual(await count(), [1, 1, 1]);
      refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
      app.clock.advance(25 * 3_600_000);
      await sweep(app.deps);
      assert.deepEqual(await count(), [0, 0, 0]);
    } finally {
      await app.destroy();
    }
  });
});

describe('sessions behind https', () => {
  it('use a __Host- cookie and the public origin', async () => {
    const app = await startApp({ config: { PUBLIC_URL: 'https://evidence.example' } });
    try {
      const agency = await foundAgency(app);
      const { client, id } = await agency.person({ roles: ['sysadmin'] });
      assert.match(client.cookie ?? '', /^__Host-tiezheng=/);
      refused(await client.send('DELETE', '/session', { headers: { origin: app.origin } }), 403, 'ORIGIN_REJECTED');
      const response = await client.fetch('DELETE', '/session', { headers: { origin: 'https://evidence.example' } });
      assert.match(
        response.headers.get('set-cookie') ?? '',
        /^__Host-tiezheng=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      assert.ok(id);
    } finally {
      await app.destroy();
    }
  });
});
