import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { type GrantEvent, grantKind } from '../../server/retrieval/grant-events.ts';
import { viewingKind } from '../../server/retrieval/viewing-events.ts';
import { itOnFiles } from '../support/engines.ts';
import { until } from '../support/until.ts';
import { Agency, type House, openHouse, type Person } from './retrieval-house.ts';

const MiB = 2 ** 20;
const here = '019a0000-0000-7000-8000-00000000000d';

/** A reader that takes the first bytes and then none: how many came before the connection ended, and when. */
async function slowly(who: Person, url: string) {
  const request = httpGet(new URL(url, who.base), { headers: { cookie: who.cookie }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    response.pause();
    setTimeout(() => response.resume(), 20);
  });
  const began = performance.now();
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  for (const event of ['close', 'error']) response.once(event, () => resolve(performance.now() - began));
  request.on('error', () => resolve(performance.now() - began));
  return { response, ended, bytes: () => bytes, stop: () => request.destroy() };
}

/** Open files of this process that are originals. */
function openOriginals(): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.includes('/originals/')).length;
}

describe('http: the bytes of a viewing', () => {
  let house: House;
  let agency: Agency;
  let reviewer: Person;
  let approver: Person;
  let security: Person;
  let small: Awaited<ReturnType<Agency['record']>>;
  let large: Awaited<ReturnType<Agency['record']>>;

  before(async () => {
    house = await openHouse();
    agency = new Agency(house);
    reviewer = await agency.person('reviewer');
    approver = await agency.person('approver', here);
    security = await agency.person('secadmin');
    small = await agency.record({ departmentId: here, bytes: randomBytes(100_000) });
    large = await agency.record({ departmentId: here, bytes: Buffer.alloc(48 * MiB, randomBytes(1009)) });
  });
  after(() => house.destroy());

  const watch = async (recordId: string, more = {}, who = reviewer) => {
    const asked = await who.post('/grants', {
      reason: 'complaint',
      text: '核查',
      recordIds: [recordId],
      seconds: 600,
      ...more,
    });
    const grantId = asked.body.id as string;
    await approver.post(`/grants/${grantId}/answer`, { decision: 'approve', reason: '同意' });
    const { body } = await who.post(`/grants/${grantId}/viewings`);
    return { grantId, viewingId: body.id as string, url: body.records[0].url as string, body };
  };

  describe('ranges', () => {
    let url: string;
    before(async () => {
      ({ url } = await watch(small.id));
    });
    const read = async (headers: Record<string, string>, method = 'GET') => {
      const response = await reviewer.fetch(method, url, { headers });
      const bytes = Buffer.from(await response.arrayBuffer());
      return {
        status: response.status,
        bytes,
        range: response.headers.get('content-range'),
        headers: response.headers,
      };
    };

    it('come whole, with what a player and a browser need', async () => {
      const { status, bytes, headers } = await read({});
      assert.equal(status, 200);
      assert.ok(bytes.equals(small.bytes));
      assert.equal(headers.get('etag'), `"${small.sha256}"`);
      assert.equal(headers.get('content-type'), 'video/mp4');
      assert.equal(headers.get('accept-ranges'), 'bytes');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('x-accel-buffering'), 'no');
      assert.match(headers.get('content-disposition') ?? '', /^inline; .*filename\*=UTF-8''%E7%8E%B0%E5%9C%BA/);
    });

    it('come one at a time', async () => {
      const cases: [string, number, number][] = [
        ['bytes=0-0', 0, 0],
        ['bytes=10-19', 10, 19],
        ['bytes=99990-', 99_990, 99_999],
        ['bytes=99990-200000', 99_990, 99_999],
        ['bytes=-5', 99_995, 99_999],
        ['bytes=-200000', 0, 99_999],
      ];
      for (const [range, from, to] of cases) {
        const answer = await read({ range });
        assert.equal(answer.status, 206, range);
        assert.equal(answer.range, `bytes ${from}-${to}/100000`);
        assert.ok(answer.bytes.equals(small.bytes.subarray(from, to + 1)), range);
      }
    });

    it('beyond the end are refused, several or malformed ones answered whole', async () => {
      for (const range of ['bytes=100000-', 'bytes=100000-100001', 'bytes=-0']) {
        const answer = await read({ range });
        assert.equal(answer.status, 416, range);
        assert.equal(answer.range, 'bytes */100000');
        assert.equal(JSON.parse(answer.bytes.toString()).code, 'RANGE_NOT_SATISFIABLE');
      }
      for (const range of ['bytes=0-1,5-6', 'bytes=9-1', 'items=0-1', 'bytes=a-b', 'bytes=']) {
        const answer = await read({ range });
        assert.deepEqual([answer.status, answer.bytes.length], [200, 100_000], range);
      }
    });

    it('hold to If-Range', async () => {
      assert.equal((await read({ range: 'bytes=0-9', 'if-range': `"${small.sha256}"` })).status, 206);
      assert.equal((await read({ range: 'bytes=0-9', 'if-range': '"old"' })).status, 200);
      assert.equal((await read({ range: 'bytes=0-9', 'if-range': `W/"${small.sha256}"` })).status, 200);
    });

    it('can be asked about by HEAD', async () => {
      const answer = await read({}, 'HEAD');
      assert.deepEqual([answer.status, answer.bytes.length], [200, 0]);
      assert.equal(answer.headers.get('content-length'), '100000');
    });
  });

  it('never run in a browser', async () => {
    const page = await agency.record({
      departmentId: here,
      bytes: Buffer.from('<svg onload="alert(1)"/>'),
      mediaType: 'image/svg+xml',
      name: 'x.svg',
    });
    const { url } = await watch(page.id);
    const response = await reviewer.fetch('GET', url);
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(response.headers.get('content-security-policy') ?? '', /sandbox/);
  });

  it('leave their entry before them', async () => {
    const { viewingId, grantId, url } = await watch(small.id);
    const { state } = await house.deps.ledger.load(viewingKind, agency.chain, viewingId);
    assert.ok(state && state.openedSeq > 0 && state.bytes === 0);
    const grant = await house.deps.ledger.load(grantKind, agency.chain, grantId);
    assert.deepEqual(grant.state?.viewingIds, [viewingId]);
    assert.equal((await reviewer.get(url)).status, 200);
  });

  describe('in flight are cut', () => {
    it('at the end of the grant', async () => {
      const { url, viewingId, body } = await watch(large.id, { seconds: 2 });
      const reader = await slowly(reviewer, url);
      await reader.ended;
      const late = Date.now() - Date.parse(body.expiresAt);
      assert.ok(late >= -20 && late < 1500, `${late} ms after its end`);
      assert.ok(reader.bytes() < large.size);
      const refused = await reviewer.get(url);
      assert.deepEqual([refused.status, refused.body.code], [403, 'GRANT_EXPIRED']);
      await until(async () => (await reviewer.get(`/viewings/${viewingId}`)).body.closedBy === 'expired', 7000);
    });

    const within2s = (
      name: string,
      act: (grantId: string, who: Person) => Promise<unknown>,
      by: string | undefined,
    ) => {
      it(name, async () => {
        const who = await agency.person('reviewer');
        const { url, grantId, viewingId } = await watch(large.id, {}, who);
        const reader = await slowly(who, url);
        await act(grantId, who);
        const told = performance.now();
        await reader.ended;
        const ms = performance.now() - told;
        assert.ok(ms < 2000, `${ms} ms after it was acknowledged`);
        assert.ok(reader.bytes() < large.size);
        if (!by) return;
        await until(
          async () => (await house.deps.ledger.load(viewingKind, agency.chain, viewingId)).state?.closedBy === by,
          8000,
        );
      });
    };
    within2s('by revoking', (grantId) => approver.post(`/grants/${grantId}/revoke`, { reason: '误批' }), 'revoked');
    within2s(
      'by suspending the person, whose grants end with it',
      async (_, who) =>
        assert.equal((await security.post(`/people/${who.id}/suspend`, { reason: '离岗' })).status, 200),
      'suspended',
    );
    within2s('by suspending in another process', (_, who) => agency.suspendElsewhere(who.id), undefined);
    within2s(
      'by signing out',
      async (_, who) => assert.equal((await who.call('DELETE', '/session')).status, 204),
      undefined,
    );
    within2s(
      'by revoking in another process',
      (grantId) =>
        house.deps.ledger.execute(grantKind, agency.chain, grantId, house.actor, (): GrantEvent[] => [
          { type: 'grant.revoked', data: { by: 'person', reason: 'x' } },
        ]),
      'revoked',
    );
    within2s(
      'by closing the viewing',
      async (grantId, who) => {
        const { body } = await who.get(`/grants/${grantId}`);
        await who.post(`/viewings/${body.viewingIds[0]}/close`);
      },
      'call',
    );

    itOnFiles('by readers that go away, leaving no file open', async () => {
      const { url, viewingId } = await watch(large.id);
      const readers = await Promise.all(Array.from({ length: 50 }, () => slowly(reviewer, url)));
      assert.ok(openOriginals() > 0);
      for (const reader of readers) reader.stop();
      await until(() => openOriginals() === 0);
      await reviewer.post(`/viewings/${viewingId}/close`);
      const { state } = await house.deps.ledger.load(viewingKind, agency.chain, viewingId);
      assert.equal(state?.ranges.length, 1);
      assert.equal(state?.ranges[0]?.from, 0);
      assert.ok(state.bytes < 50 * large.size && state.bytes > 0);
    });
  });

  it('leave no file open for clients that are gone before the first byte', async () => {
    const { url } = await watch(large.id);
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const request = httpGet(new URL(url, reviewer.base), { headers: { cookie: reviewer.cookie }, agent: false });
        request.on('error', () => {});
        await sleep(i % 12);
        request.destroy();
      }),
    );
    await sleep(100);
    await until(() => openOriginals() === 0);
  });

  it('are told range by range, however many', async () => {
    const { url, viewingId } = await watch(small.id);
    for (let i = 0; i < 450; i += 15) {
      await Promise.all(
        Array.from({ length: 15 }, async (_, k) => {
          const from = (i + k) * 100;
          await (await reviewer.fetch('GET', url, { headers: { range: `bytes=${from}-${from + 9}` } })).arrayBuffer();
        }),
      );
    }
    await reviewer.post(`/viewings/${viewingId}/close`);
    const entries = await house.deps.ledger.history(viewingKind, agency.chain, viewingId);
    const ranges = entries
      .flatMap(({ events }) => events)
      .filter(({ type }) => type === 'viewing.delivered')
      .map(({ data }) => data as { ranges: unknown[]; bytes: number });
    assert.ok(ranges.every((data) => data.ranges.length <= 200));
    assert.equal(
      ranges.reduce((sum, data) => sum + data.bytes, 0),
      4500,
    );
    const { state } = await house.deps.ledger.load(viewingKind, agency.chain, viewingId);
    assert.deepEqual([state?.ranges.length, state?.bytes, state?.state], [450, 4500, 'closed']);
  });
});
