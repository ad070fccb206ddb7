import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { formatAddCheckpoint } from '../../signing/add-checkpoint.ts';
import { chainVerifier, createLogKeyPem, openLogKey, signCheckpoint } from '../../signing/checkpoint.ts';
import { cosignatureFrom } from '../../signing/cosignature.ts';
import { proveConsistency, rootFrom } from '../../signing/tree-proof.ts';
import { tiezheng } from '../support/process.ts';
import { startWitness, type WitnessProcess, witnessFolder } from '../support/witness.ts';
import { CHAIN, key, openLog } from './support.ts';

const EMPTY_ROOT = Buffer.from('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'base64');

describe('a witness of logs (C2SP tlog-witness)', function () {
  this.timeout(30_000);
  let on: Awaited<ReturnType<typeof openLog>>;
  let fork: Awaited<ReturnType<typeof openLog>>;
  let witness: WitnessProcess;
  const folder = witnessFolder();
  const vkey = chainVerifier(key.verifier, CHAIN);

  before(async () => {
    [on, fork] = [await openLog(), await openLog()];
    await on.append(300);
    await on.log.publish(CHAIN);
    await fork.append(300, 'fork');
    await fork.log.publish(CHAIN);
    witness = await startWitness(folder, [vkey]);
  });
  after(async () => {
    await witness.kill();
    await Promise.all([on.remove(), fork.remove()]);
    folder.remove();
  });

  const post = async (body: string | Uint8Array, method = 'POST') => {
    const response = await fetch(`${witness.url}/add-checkpoint`, {
      method,
      ...(method === 'POST' && { body }),
    } as RequestInit);
    const type = response.headers.get('content-type')?.split(';')[0];
    return { status: response.status, type, text: await response.text() };
  };
  /** A checkpoint of the first `size` entries and the proof from `old`, of the log or of its fork. */
  const request = async (old: number, size: number, of = on) => {
    const read = of.log.store.reader(CHAIN, 300);
    const note = signCheckpoint(key, CHAIN, size, size === 0 ? EMPTY_ROOT : await rootFrom(read, size));
    return { old, note, proof: old > 0 && old <= size ? await proveConsistency(read, old, size) : [] };
  };
  const add = async (old: number, size: number, of = on) => {
    const asked = await request(old, size, of);
    return { ...(await post(formatAddCheckpoint(asked))), note: asked.note };
  };
  const goesOnFrom = (size: number) => ({ status: 409, type: 'text/x.tlog.size', text: `${size}\n` });

  it('cosigns a log that grows, from nothing on', async () => {
    for (const [old, size] of [
      [0, 0],
      [0, 1],
      [1, 100],
      [100, 100],
      [100, 256],
    ] as const) {
      const { status, text, note } = await add(old, size);
      assert.equal(status, 200, `${old} ${size} ${text}`);
      const { at } = cosignatureFrom(text, note, witness.vkey);
      assert.ok(Math.abs(at.getTime() - Date.now()) < 60_000);
    }
  });

  it('tells who begins elsewhere where it goes on from', async () => {
    for (const [old, size] of [
      [0, 256],
      [100, 300],
      [257, 300],
    ] as const) {
      const { note: _, ...answer } = await add(old, size);
      assert.deepEqual(answer, goesOnFrom(256));
    }
    assert.equal((await add(301, 300)).status, 400);
  });

  it('refuses a fork, signed with the key of the log, of the same size and of a larger one, and keeps what was signed', async () => {
    const same = await add(256, 256, fork);
    assert.deepEqual([same.status, same.type], [409, 'text/plain']);
    const larger = await add(256, 300, fork);
    assert.equal(larger.status, 422);
    const { proof } = await request(256, 300);
    assert.equal((await post(formatAddCheckpoint({ ...(await request(256, 300, fork)), proof }))).status, 422);
    assert.equal((await post(formatAddCheckpoint({ ...(await request(256, 300)), proof: [] }))).status, 422);
    assert.equal((await post(formatAddCheckpoint({ ...(await request(256, 256)), proof }))).status, 422);
    const kept = readdirSync(folder.state).filter((name) => name.endsWith('.fork'));
    assert.deepEqual(
      kept.map((name) => readFileSync(join(folder.state, name), 'utf8')),
      [same.note],
    );
    const { note: _, ...answer } = await add(0, 300);
    assert.deepEqual(answer, goesOnFrom(256));
  });

  it('knows only its logs and their keys', async () => {
    const asked = await request(256, 300);
    const other = openLogKey(
      'log.test',
      createLogKeyPem(() => Buffer.alloc(32, 9)),
    );
    const root = Buffer.alloc(32);
    assert.equal(
      (await post(formatAddCheckpoint({ ...asked, note: signCheckpoint(other, CHAIN, 300, root) }))).status,
      403,
    );
    assert.equal(
      (await post(formatAddCheckpoint({ ...asked, note: signCheckpoint(key, 'elsewhere', 300, root) }))).status,
      404,
    );
    for (const body of [
      '',
      'old 256\n',
      'old 256\n\nx\n',
      Buffer.from([0xff, 0x0a]),
      `${formatAddCheckpoint(asked)}\n`,
    ])
      assert.equal((await post(body)).status, 400);
    assert.equal((await post(Buffer.alloc(200_000, 'a'))).status, 413);
    assert.equal((await post('', 'GET')).status, 405);
    assert.equal((await fetch(`${witness.url}/`)).status, 404);
  });

  it('decides one after the other: of many forks at once one is cosigned', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => formatAddCheckpoint(await request(256, 257 + i))),
    );
    const statuses = (await Promise.all(bodies.map((body) => post(body)))).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses));
    assert.equal(statuses.filter((status) => status === 409).length, 7);
  });

  it('keeps its state over a restart, its key at mode 0600, and lets no second one write', async () => {
    assert.equal(statSync(folder.key).mode & 0o777, 0o600);
    const { text } = await add(0, 300);
    const { vkey: before } = witness;
    const second = await tiezheng(['witness', '--log', vkey, '--key', folder.key, '--state', folder.state], {});
    assert.equal(second.code, 75);
    assert.equal((await witness.kill()).code, 0);
    witness = await startWitness(folder, [vkey]);
    assert.equal(witness.vkey, before);
    assert.equal((await add(0, 300)).text, text);
    assert.equal((await add(256, 256, fork)).status, 409);
    assert.equal((await add(Number(text), 299)).status, 200);
  });

  it('killed before it answers, it has cosigned that checkpoint and no other', async () => {
    await witness.kill();
    witness = await startWitness(folder, [vkey], { KILL_POINT: 'witness.kept' });
    await assert.rejects(add(299, 300));
    assert.equal((await witness.ended).signal, 'SIGKILL');
    witness = await startWitness(folder, [vkey]);
    const { note: _, ...answer } = await add(299, 300);
    assert.deepEqual(answer, goesOnFrom(300));
    assert.equal((await add(300, 300, fork)).status, 409);
    assert.equal((await add(300, 300)).status, 200);
  });

  it('cosigns nothing on a state that is not its own', async () => {
    const name = readdirSync(folder.state).find((each) => /^[0-9a-f]{64}$/.test(each)) ?? '';
    const state = readFileSync(join(folder.state, name), 'utf8');
    for (const broken of [state.replace('\n300\n', '\n200\n'), state.slice(0, state.lastIndexOf('—')), '']) {
      writeFileSync(join(folder.state, name), broken);
      assert.equal((await add(300, 300)).status, 500);
      assert.equal((await add(0, 300)).status, 500);
    }
    writeFileSync(join(folder.state, name), state);
    assert.equal((await add(300, 300)).status, 200);
  });

  it('is used as it says', async () => {
    for (const args of [[], ['--log', vkey], ['--log', vkey, '--key', 'k', '--state', 's', '--listen', 'x']])
      assert.equal((await tiezheng(['witness', ...args], {})).code, 2);
  });
});
