import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { openTree } from '../../scripts/tree.ts';
import { type RecordState, recordKind } from '../../server/records/events.ts';
import { startLateTimes } from '../../server/seal/late-times.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { OutsideTsa } from '../support/outside-tsa.ts';

describe('sealing while no time-stamping authority answers', () => {
  const outside = new OutsideTsa();
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-late-'));
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let id: string;

  before(async () => {
    writeFileSync(join(folder, 'roots.pem'), outside.root.certificatePem);
    app = await startApp({ config: { TSA_URLS: await outside.start(), TSA_CA: join(folder, 'roots.pem') } });
    agency = await foundAgency(app);
    officer = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
  });
  after(async () => {
    await app.destroy();
    outside.stop();
    rmSync(folder, { recursive: true });
  });

  const bring = async (name: string) => {
    const form = new FormData();
    form.set('files', new Blob([`现场检查笔录 ${name}\n`]), name);
    return must(await officer.client.send('POST', '/records', { body: form }), 201).records[0].id as string;
  };
  const when = async (record: string, is: (state: RecordState) => boolean): Promise<RecordState> => {
    for (let round = 0; round < 200; round++) {
      const { state } = await app.deps.ledger.load(recordKind, agency.id, record);
      if (state && is(state)) return state;
      await sleep(25);
    }
    throw new Error('it does not come about');
  };
  const linesOf = async (record: string, trust: string) => {
    const response = await officer.client.fetch('GET', `/records/${record}/receipt`);
    const path = join(folder, 'receipt.zip');
    writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
    const { tree, close } = await openTree(path);
    const lines = await Array.fromAsync(verifyTree(tree, { trust }));
    close();
    assert.deepEqual(
      lines.filter(({ ok }) => !ok),
      [],
    );
    return lines.find((line) => line.id === 'receipt.time')?.detail ?? '';
  };

  it('leaves a record without time that says so', async () => {
    outside.mode = 'down';
    id = await bring('一.txt');
    const state = await when(id, (record) => record.state === 'sealed');
    assert.deepEqual([state.timeStatus, state.timestamp], ['missing', undefined]);
    assert.ok(state.findings.some(({ code }) => code === 'time-unavailable'));
    assert.match(await linesOf(id, app.deps.signer.caPem), /无时间戳/);
  });

  it('is made up for when one answers again; the receipt then tells whose time it is', async () => {
    outside.mode = 'good';
    app.clock.advance(60_000);
    const loop = startLateTimes(app.deps);
    const state = await when(id, (record) => record.timeStatus === 'done');
    await loop.stop();
    assert.equal(state.timestamp?.selfIssued, false);
    assert.ok(!state.findings.some(({ code }) => code === 'time-unavailable'));
    const view = must(await officer.client.get(`/records/${id}`));
    assert.deepEqual(view.timestamp, state.timestamp);
    assert.match(await linesOf(id, app.deps.signer.caPem), /独立性未经证明.*Outside TSA/);
    assert.match(await linesOf(id, app.deps.signer.caPem + outside.root.certificatePem), /由核验者信任/);
  });

  it('does not come about for what is sealed afterwards', async () => {
    const state = await when(await bring('二.txt'), (record) => record.state === 'sealed');
    assert.deepEqual([state.timeStatus, state.timestamp?.selfIssued], ['done', false]);
    assert.equal(state.timedSignature, undefined);
  });
});
