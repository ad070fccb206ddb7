import assert from 'node:assert/strict';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { verifyCheckpoint } from '../../signing/checkpoint.ts';
import { imprintOf, tokenOfFile, verifyToken } from '../../signing/timestamp.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { startWitness, type WitnessProcess, witnessFolder } from '../support/witness.ts';

describe('the published log as auditors see it', function () {
  this.timeout(40_000);
  let app: TestApp;
  let agency: TestAgency;
  let auditor: Client;
  let witness: WitnessProcess;
  const place = witnessFolder();

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    await agency.department();
    witness = await startWitness(place, [app.deps.log.verifierKey(agency.id)]);
    const vkey = witness.vkey.split('\n').at(-1) ?? '';
    await app.stop();
    app = await startApp({ dataDir: app.dataDir, config: { WITNESSES: `${witness.url} ${vkey}` } });
    agency = new TestAgency(app, agency.id, agency.code);
    auditor = (await agency.person({ roles: ['auditor'] })).client;
  });
  after(async () => {
    await witness.kill();
    await app.destroy();
    place.remove();
  });

  const state = async () => must(await auditor.get('/ledger/log'));
  async function until(holds: (log: Awaited<ReturnType<typeof state>>) => boolean) {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
      const log = await state();
      if (holds(log)) return log;
    }
    throw new Error(`it does not come to be: ${JSON.stringify(await state())}`);
  }

  it('tells size, checkpoint, who cosigned it, and whose time is over it', async () => {
    const log = await until(({ published, witnesses, anchored }) => published && witnesses[0]?.cosignedAt && anchored);
    const { published, witnesses, anchored, verifierKey } = log;
    const checkpoint = verifyCheckpoint(published.note, verifierKey);
    assert.deepEqual([checkpoint.size, Buffer.from(checkpoint.root).toString('hex')], [published.size, published.root]);
    assert.ok(published.size <= log.entries && published.lastEntryAt);
    assert.equal(witnesses[0].standing, 'ok');
    assert.ok(Math.abs(Date.parse(witnesses[0].cosignedAt) - Date.now()) < 60_000);
    assert.deepEqual([anchored.damaged, anchored.selfIssued], [false, true]);
    assert.match(anchored.authority, /CN=/);
    assert.equal(log.failing, false);
  });

  it('gives every kept checkpoint and anchor, page by page, and their exact bytes', async () => {
    for (let more = 0; more < 3; more++) {
      await agency.department();
      await app.deps.log.publish(agency.id);
    }
    await app.deps.anchors.covering(agency.id, app.deps.log.published(agency.id)!.size - 1, 5000);
    const sizes: number[] = [];
    for (let after: string | undefined; ; ) {
      const page = must(await auditor.get(`/ledger/checkpoints?limit=2${after ? `&after=${after}` : ''}`));
      for (const { size, root } of page.items) {
        sizes.push(size);
        const response = await auditor.fetch('GET', `/ledger/checkpoints/${size}`);
        const checkpoint = verifyCheckpoint(await response.text(), app.deps.log.verifierKey(agency.id));
        assert.deepEqual([checkpoint.size, Buffer.from(checkpoint.root).toString('hex')], [size, root]);
      }
      after = page.next;
      if (!after) break;
    }
    assert.ok(sizes.length >= 4);
    assert.deepEqual(
      sizes,
      [...new Set(sizes)].sort((a, b) => b - a),
    );
    assert.equal(sizes[0], app.deps.log.published(agency.id)?.size);
    const { items } = must(await auditor.get('/ledger/anchors?limit=100'));
    assert.ok(items.length >= 2);
    const [{ size, note, tsr, at }] = items;
    const over = Buffer.from(await (await auditor.fetch('GET', `/ledger/anchors/${size}/${note}`)).arrayBuffer());
    const answer = await auditor.fetch('GET', `/ledger/anchors/${size}/${note}/${tsr}`);
    assert.equal(answer.headers.get('content-type'), 'application/timestamp-reply');
    const token = tokenOfFile(new Uint8Array(await answer.arrayBuffer()));
    const { signer, time } = app.deps;
    const trust = { trust: [signer.caPem], intermediates: [time.tsaPem] };
    assert.equal(verifyToken({ token, imprint: imprintOf(over), ...trust }).time.toISOString(), at);
    assert.match(over.toString(), /— tiezheng\.witness\//);
  });

  it('says which witness fails, and goes on', async () => {
    await witness.kill();
    await agency.department();
    const { witnesses } = await until(({ witnesses }) => witnesses[0].standing === 'failing');
    assert.equal(witnesses.length, 1);
  });

  itOnFiles('says of an anchor that was changed that it is damaged', async () => {
    const [{ size, note, tsr }] = must(await auditor.get('/ledger/anchors')).items;
    const file = join(app.dataDir, 'evidence', agency.id, 'log', 'anchors', String(size), note, `time-${tsr}.tsr`);
    assert.ok(readdirSync(join(file, '..')).length >= 2);
    chmodSync(file, 0o600);
    writeFileSync(file, 'x');
    const damaged = must(await auditor.get('/ledger/anchors')).items[0];
    assert.deepEqual(damaged, { size, note, tsr, damaged: true });
  });

  it('is for auditors alone, of their own agency', async () => {
    const { client: officer } = await agency.person({ roles: ['officer'] });
    const other = (await (await foundAgency(app, 'two')).person({ roles: ['auditor'] })).client;
    const [{ size }] = must(await auditor.get('/ledger/checkpoints')).items;
    const [{ size: stamped, note, tsr }] = must(await auditor.get('/ledger/anchors')).items;
    const files = [
      `/ledger/checkpoints/${size}`,
      `/ledger/anchors/${stamped}/${note}`,
      `/ledger/anchors/${stamped}/${note}/${tsr}`,
    ];
    for (const path of ['/ledger/log', '/ledger/checkpoints', '/ledger/anchors', ...files])
      refused(await officer.get(path), 403, 'FORBIDDEN');
    for (const path of [...files.slice(1), '/ledger/checkpoints/99999', `/ledger/anchors/${stamped}/${'x'.repeat(64)}`])
      refused(await other.get(path), 404, 'NOT_FOUND');
    assert.ok(!must(await other.get('/ledger/log')).published?.note.includes(agency.id));
    refused(await auditor.get('/ledger/checkpoints?after=x'), 422, 'VALIDATION');
  });
});
