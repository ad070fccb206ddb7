import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { pino } from 'pino';
import { Cosigning } from '../../server/log/cosigning.ts';
import { WitnessClient } from '../../server/log/witness-client.ts';
import { chainVerifier } from '../../signing/checkpoint.ts';
import { cosign, openWitnessKey, readCosignatures } from '../../signing/cosignature.ts';
import { createNoteKeyPem } from '../../signing/note.ts';
import { startWitness, type WitnessProcess, witnessFolder } from '../support/witness.ts';
import { CHAIN, key, openLog } from './support.ts';

type Log = Awaited<ReturnType<typeof openLog>>;

describe('asking witnesses for cosignatures', function () {
  this.timeout(30_000);
  const vkey = chainVerifier(key.verifier, CHAIN);
  const folder = witnessFolder();
  let witness: WitnessProcess;
  let on: Log;
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);

  before(async () => {
    on = await openLog();
    witness = await startWitness(folder, [vkey]);
  });
  after(async () => {
    await witness.kill();
    await on.remove();
    folder.remove();
  });

  const asking = ({ log }: Log, ...addresses: { url: string; vkey: string }[]) =>
    new Cosigning({
      ...{ log, now, logger: pino({ level: 'silent' }) },
      witnesses: addresses.map((address) => new WitnessClient(address)),
    });
  const shown = async ({ log }: Log) => (await log.store.latest(CHAIN)) ?? '';
  const namesUnder = (note: string) =>
    readCosignatures(note, vkey, [witness.vkey]).cosignatures.map((one) => one.witness);
  const name = () => witness.vkey.split('+')[0] ?? '';

  it('puts their lines under each checkpoint, in the store and in proofs; the kept one stays as it was signed', async () => {
    const cosigning = asking(on, witness);
    for (const more of [1, 3, 300]) {
      await on.append(more);
      await on.log.publish(CHAIN);
      await cosigning.round([CHAIN]);
      const note = await shown(on);
      assert.deepEqual(namesUnder(note), [name()]);
      assert.equal(on.log.published(CHAIN)?.note, note);
      assert.deepEqual(namesUnder((await on.log.store.lastKept(CHAIN)) ?? ''), []);
      await cosigning.round([CHAIN]);
      assert.equal(await shown(on), note);
    }
    const [entry] = await on.ledgerStore.range(CHAIN, 2, 1);
    const proof = await on.log.prover(CHAIN, on.log.published(CHAIN)!)(2, entry!.bytes);
    assert.ok(proof.endsWith(await shown(on)));
    assert.deepEqual(cosigning.standings(), { [name()]: 'ok' });
  });

  it('prefers a cosigned checkpoint to a later one that witnesses have not seen', async () => {
    const cosigned = on.log.published(CHAIN)!;
    await on.append(1);
    await on.log.publish(CHAIN);
    assert.equal((await on.log.covering(CHAIN, 0, 0))?.note, cosigned.note);
    assert.equal((await on.log.covering(CHAIN, cosigned.size, 0))?.size, cosigned.size + 1);
  });

  it('goes on from where the witness says, after a restart of either', async () => {
    await witness.kill();
    const down = asking(on, witness);
    await down.round([CHAIN]);
    assert.deepEqual([down.standings(), namesUnder(await shown(on))], [{ [name()]: 'failing' }, []]);
    witness = await startWitness(folder, [vkey]);
    const cosigning = asking(on, witness);
    await cosigning.round([CHAIN]);
    assert.deepEqual([cosigning.standings(), namesUnder(await shown(on))], [{ [name()]: 'ok' }, [name()]]);
  });

  it('shows a witness that refuses: another log of the same name, and one that was set back', async () => {
    for (const entries of [304, 400, 20]) {
      const fork = await openLog();
      await fork.append(entries, 'fork');
      await fork.log.publish(CHAIN);
      const cosigning = asking(fork, witness);
      await cosigning.round([CHAIN]);
      assert.deepEqual(cosigning.standings(), { [name()]: 'refused' });
      assert.deepEqual(namesUnder(await shown(fork)), []);
      await fork.remove();
    }
    const elsewhere = asking(on, { ...witness, url: `${witness.url}/elsewhere` });
    await elsewhere.round([CHAIN]);
    assert.deepEqual(elsewhere.standings(), { [name()]: 'ok' });
  });

  it('leaves one that fails alone for a while, and asks again then', async () => {
    let asked = 0;
    const { server, url } = await answering((res) => res.writeHead(++asked === 1 ? 503 : 404).end());
    const cosigning = asking(on, { ...witness, url });
    for (const [advance, expected] of [
      [0, 1],
      [0, 1],
      [6000, 2],
      [0, 2],
    ] as const) {
      ahead += advance;
      await cosigning.round([CHAIN]);
      assert.equal(asked, expected);
    }
    ahead = 0;
    server.close();
  });

  it('takes nothing else from a hostile one, and does not wait for a slow one', async () => {
    const other = openWitnessKey(
      'w.example',
      createNoteKeyPem(() => Buffer.alloc(32, 5)),
    );
    const note = on.log.published(CHAIN)?.note ?? '';
    const late = cosign(other, note, new Date(Date.now() - 3_600_000));
    const answers: ((res: ServerResponse) => void)[] = [
      (res) => res.end('x'.repeat(1_000_000)),
      (res) => res.writeHead(307, { Location: `${witness.url}/add-checkpoint` }).end(),
      (res) => res.end(''),
      (res) => res.end(late),
      (res) => res.end(cosign(other, note, now()).replace('A', 'B')),
      (res) => res.writeHead(409, { 'Content-Type': 'text/x.tlog.size' }).end('x\n'),
      (res) => res.writeHead(409, { 'Content-Type': 'text/x.tlog.size' }).end('7\n'),
    ];
    for (const answer of answers) {
      const { server, url } = await answering(answer);
      const before = await shown(on);
      const cosigning = asking(on, { url, vkey: other.verifier });
      await cosigning.round([CHAIN]);
      assert.deepEqual([cosigning.standings(), await shown(on)], [{ 'w.example': 'failing' }, before], String(answer));
      server.close();
    }
    const { server, url } = await answering(() => {});
    const began = performance.now();
    await asking(on, { url, vkey: other.verifier }).soon(CHAIN, 50);
    assert.ok(performance.now() - began < 2000);
    server.closeAllConnections();
    server.close();
  });
});

/** A server that is not what it should be. */
async function answering(answer: (res: ServerResponse) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    req.resume();
    req.once('end', () => answer(res));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
