import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { readMasterKey } from '../../server/master-key.ts';
import { readInstallationLogKey } from '../../server/seal/installation-keys.ts';
import { formatAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { signCheckpoint, verifyCheckpoint } from '../../signing/checkpoint.ts';
import { readCosignatures } from '../../signing/cosignature.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';
import { startWitness, witnessFolder } from '../support/witness.ts';

/** An installation with one agency, stopped and started with other settings at will. */
interface House {
  app: TestApp;
  agency: TestAgency;
  port: number;
  log: string;
}

describe('two installations that witness each other', function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-witnesses-'));
  let bureau: House;
  let superior: House;
  /** The verifier key of the superior as a witness. */
  let witness: string;

  before(async () => {
    [bureau, superior] = [await house(), await house()];
    const asking = (key: string, { port }: House) => `http://127.0.0.1:${port}/witness ${key}`;
    await again(bureau, { WITNESS_LOGS: superior.log });
    const list = join(folder, 'witnesses');
    writeFileSync(list, `${asking(await keyOf(bureau), bureau)}\n`);
    await again(superior, { WITNESS_LOGS: bureau.log, WITNESSES_FILE: list });
    witness = await keyOf(superior);
    await again(bureau, { WITNESS_LOGS: superior.log, WITNESSES: asking(witness, superior) });
  });
  after(async () => {
    await bureau.app.destroy();
    await superior.app.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const readyz = async ({ app }: House) => must(await app.client().get(`${app.origin}/readyz`));
  const cosigned = async (by: string, { app, agency, log }: House) => {
    for (let round = 0; round < 200; round++) {
      const note = app.deps.log.published(agency.id)?.note;
      if (note && readCosignatures(note, log, [by]).cosignatures.length === 1) return;
      await sleep(25);
    }
    throw new Error('it is not cosigned');
  };

  it('cosign each other; a receipt shows it to who names the witness, and fails for another', async () => {
    const { app, agency } = bureau;
    const department = await agency.department();
    const { client } = await agency.person({ roles: ['officer'], departments: [department] });
    const { client: dock } = await agency.dock(department);
    const record = await bring(dock, film(10_000), { filename: 'a.mp4' });
    await settled(agency, record);
    await cosigned(witness, bureau);
    const own = await keyOf(bureau);
    await superior.agency.department();
    // It may have met the bureau while that was starting anew, and leaves it alone for a while then.
    superior.app.clock.advance(60_000);
    await cosigned(own, superior);
    const zip = join(folder, 'receipt.zip');
    writeFileSync(zip, new Uint8Array(await (await client.fetch('GET', `/records/${record}/receipt`)).arrayBuffer()));
    const said: string[] = [];
    const judged = (witnesses: string[]) =>
      verify(zip, { vkey: bureau.log, witnesses }, false, (line) => said.push(line));
    assert.equal(await judged([witness]), 0, said.join('\n'));
    assert.match(said.join('\n'), /见证 witnessed by tiezheng\.witness/);
    assert.equal(await judged([]), 0);
    assert.match(said.join('\n'), /1 行联署来自未指定的见证人/);
    assert.equal(await judged([witness, own]), 1);
    const { witnesses, forks } = await readyz(bureau);
    assert.deepEqual([Object.values(witnesses), forks], [['ok'], 0]);
    assert.match(await app.deps.log.store.latest(agency.id).then(String), /— tiezheng\.witness\//);
  });

  it('refuse a fork that is signed with the key of the other, and show it', async () => {
    const { app, agency } = bureau;
    const { size } = app.deps.log.published(agency.id)!;
    const key = await readInstallationLogKey(app.deps.documents, readMasterKey(join(app.dataDir, 'master.key')));
    const note = signCheckpoint(key, agency.id, size, Buffer.alloc(32, 1));
    const send = (old: number, proof: Buffer[] = []) =>
      fetch(`${superior.app.origin}/witness/add-checkpoint`, {
        method: 'POST',
        body: formatAddCheckpoint({ old, proof, note }),
      });
    const known = await send(0);
    const { status, headers } = known;
    assert.deepEqual([status, headers.get('content-type')], [409, 'text/x.tlog.size']);
    assert.equal((await send(Number(await known.text()))).status, 409);
    assert.equal((await readyz(superior)).forks, 1);
  });

  it('are looked at by a witness of a log that is served and does not ask', async () => {
    const app = await startApp({ config: { LOG_PUBLIC: 'on' } });
    const agency = await foundAgency(app);
    await agency.department();
    await app.deps.log.publish(agency.id);
    const place = witnessFolder();
    const url = `${app.origin}/log/${agency.id}`;
    const log = app.deps.log.verifierKey(agency.id);
    assert.equal(await (await fetch(`${url}/log.vkey`)).text(), `${log}\n`);
    let watching = await startWitness(place, [url]);
    const vkey = watching.vkey.split('\n').at(-1) ?? '';
    const origin = app.deps.log.published(agency.id)?.origin ?? '';
    const seen = async (size: number) => {
      for (let round = 0; round < 200; round++) {
        const response = await fetch(`${watching.url}/checkpoint/${sha256(origin)}`);
        const note = await response.text();
        if (response.status === 200 && verifyCheckpoint(note, log).size === size)
          return readCosignatures(note, log, [vkey]).cosignatures.length;
        await sleep(25);
      }
      throw new Error('it is not looked at');
    };
    assert.equal(await seen(app.deps.log.published(agency.id)!.size), 1);
    await watching.kill();
    for (let entries = 0; entries < 5; entries++) await agency.department();
    await app.deps.log.publish(agency.id);
    const grown = app.deps.log.published(agency.id)!.size;
    watching = await startWitness(place, [url]);
    assert.equal(await seen(grown), 1);
    assert.equal((await fetch(`${watching.url}/checkpoint/${sha256('x')}`)).status, 404);
    await watching.kill();
    await app.destroy();
    place.remove();
  });

  it('are no witnesses unless they are told so', async () => {
    const plain = await startApp();
    for (const path of ['vkey', 'add-checkpoint']) {
      const response = await fetch(`${plain.origin}/witness/${path}`, { method: path === 'vkey' ? 'GET' : 'POST' });
      assert.equal(response.status, 404);
    }
    await plain.destroy();
  });
});

async function house(): Promise<House> {
  const app = await startApp();
  const agency = await foundAgency(app);
  return { app, agency, port: await freePort(), log: app.deps.log.verifierKey(agency.id) };
}

async function again(of: House, config: Record<string, string>): Promise<void> {
  await of.app.stop();
  of.app = await startApp({ dataDir: of.app.dataDir, config: { PORT: String(of.port), ...config } });
  of.agency = new TestAgency(of.app, of.agency.id, of.agency.code);
}

const keyOf = async ({ app }: House) => (await (await fetch(`${app.origin}/witness/vkey`)).text()).trim();

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
