import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { type ViewingEvent, viewingKind } from '../../server/retrieval/viewing-events.ts';
import { Clock } from '../support/app.ts';
import { itOnFiles } from '../support/engines.ts';
import { until } from '../support/until.ts';
import { Agency, openHouse } from './retrieval-house.ts';

const here = '019a0000-0000-7000-8000-00000000000d';

describe('http: viewings and time', () => {
  it('end when idle, at the instant of expiry, and with their process', async () => {
    const clock = new Clock();
    let house = await openHouse({ clock });
    const agency = new Agency(house);
    const [reviewer, approver] = [await agency.person('reviewer'), await agency.person('approver', here)];
    const record = await agency.record({ departmentId: here, bytes: randomBytes(1000) });
    const open = async (seconds: number) => {
      const asked = await reviewer.post('/grants', {
        reason: 'lawsuit',
        text: '应诉',
        recordIds: [record.id],
        seconds,
        viewings: 9,
      });
      await approver.post(`/grants/${asked.body.id}/answer`, { decision: 'approve', reason: '同意' });
      const { body } = await reviewer.post(`/grants/${asked.body.id}/viewings`);
      return body as { id: string; grantId: string; expiresAt: string; records: { url: string }[] };
    };
    const closedBy = async (id: string) =>
      (await house.deps.ledger.load(viewingKind, agency.chain, id)).state?.closedBy;
    try {
      const idle = await open(86_400);
      clock.advance(14 * 60_000);
      assert.equal((await reviewer.get(idle.records[0]!.url)).status, 200);
      clock.advance(14 * 60_000);
      await sleep(2200);
      assert.equal(await closedBy(idle.id), undefined, 'reading kept it open');
      clock.advance(60_000);
      await until(async () => (await closedBy(idle.id)) === 'idle', 7000);
      const { state } = await house.deps.ledger.load(viewingKind, agency.chain, idle.id);
      assert.equal(state?.bytes, 1000, 'what was read is told before the end');

      const short = await open(3600);
      clock.advance(Date.parse(short.expiresAt) - clock.now().getTime());
      const again = await agency.signIn(reviewer.id);
      assert.equal((await again.get(short.records[0]!.url)).body.code, 'GRANT_EXPIRED');
      assert.equal((await again.post(`/grants/${short.grantId}/viewings`)).body.code, 'GRANT_EXPIRED');

      const left = await (async () => {
        const asked = await again.post('/grants', { reason: 'lawsuit', text: '应诉', recordIds: [record.id] });
        const boss = await agency.signIn(approver.id);
        await boss.post(`/grants/${asked.body.id}/answer`, { decision: 'approve', reason: '同意' });
        return (await again.post(`/grants/${asked.body.id}/viewings`)).body as { id: string };
      })();
      await house.stop();
      house = await openHouse({ dataDir: house.dataDir, clock });
      assert.equal(await closedBy(left.id), 'interrupted');
    } finally {
      await house.destroy();
    }
  }).timeout(30_000);

  itOnFiles('close as interrupted what a crash left open', async () => {
    const house = await openHouse();
    const agency = new Agency(house);
    const id = house.deps.newId();
    const expiresAt = new Date(Date.now() + 1e6).toISOString();
    const data = { grantId: id, personId: id, recordIds: [id], expiresAt, address: '::1' };
    await house.deps.ledger.execute(viewingKind, agency.chain, id, house.actor, (): ViewingEvent[] => [
      { type: 'viewing.opened', data },
    ]);
    await house.stop();
    const next = await openHouse({ dataDir: house.dataDir });
    try {
      await until(
        async () => (await next.deps.ledger.load(viewingKind, agency.chain, id)).state?.closedBy === 'interrupted',
      );
    } finally {
      await next.destroy();
    }
  });
});
