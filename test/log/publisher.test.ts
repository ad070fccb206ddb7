import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { HeadMismatch } from '../../server/ledger/heads.ts';
import { openCheckpoint, signCheckpoint } from '../../signing/checkpoint.ts';
import { readBundle, TILE_WIDTH } from '../../signing/tiles.ts';
import { verifyTlogProof } from '../../signing/tlog-proof.ts';
import { keptCheckpointKey, latestCheckpointKey } from '../../storage/objects/log-layout.ts';
import { ObjectExists } from '../../storage/objects/object-store.ts';
import { CHAIN, key, openLog } from './support.ts';

const filesIn = (dir: string) => readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();

describe('publishing a log', function () {
  this.timeout(60_000);

  it('writes bundles, tiles and checkpoints; each entry is proven from the stores', async () => {
    const on = await openLog();
    let before = 0;
    for (const more of [1, 2, 252, 1, 1, 300, 3]) {
      await on.append(more);
      await on.log.publish(CHAIN);
      const published = on.log.published(CHAIN)!;
      assert.equal(published.size, before + more);
      const kept = readFileSync(join(on.dir, 'evidence', keptCheckpointKey(CHAIN, published.size)), 'utf8');
      assert.equal(kept, published.note);
      assert.equal(readFileSync(join(on.dir, 'work', latestCheckpointKey(CHAIN)), 'utf8'), kept);
      const prove = on.log.prover(CHAIN, published);
      const entries = await on.ledgerStore.range(CHAIN, 0, published.size);
      for (const seq of new Set([0, before, published.size - 1])) {
        verifyTlogProof(await prove(seq, entries[seq]!.bytes), entries[seq]!.bytes, on.log.verifierKey(CHAIN));
      }
      before += more;
    }
    const full = await on.log.store.read(CHAIN, { level: 'entries', index: 1, width: TILE_WIDTH });
    assert.deepEqual(
      readBundle(full, 256).map((bytes) => Buffer.from(bytes)),
      (await on.ledgerStore.range(CHAIN, 256, 256)).map(({ bytes }) => Buffer.from(bytes)),
    );
    const tiles = join(on.dir, 'evidence', CHAIN, 'log', 'tile');
    assert.deepEqual(filesIn(tiles), ['0', '0/000', '0/001', 'entries', 'entries/000', 'entries/001']);
    const partial = filesIn(join(on.dir, 'work', CHAIN, 'log', 'tile')).filter((name) => /\.p\/\d+$/.test(name));
    assert.deepEqual(partial, [
      '0/002.p/45',
      '0/002.p/48',
      '1/000.p/1',
      '1/000.p/2',
      'entries/002.p/45',
      'entries/002.p/48',
    ]);
    await on.remove();
  });

  it('proves to a checkpoint whose partial tiles were filled meanwhile', async () => {
    const on = await openLog();
    await on.append(200);
    await on.log.publish(CHAIN);
    const earlier = on.log.published(CHAIN)!;
    await on.append(100);
    await on.log.publish(CHAIN);
    const [entry] = await on.ledgerStore.range(CHAIN, 199, 1);
    const proof = await on.log.prover(CHAIN, earlier)(199, entry!.bytes);
    assert.equal(verifyTlogProof(proof, entry!.bytes, on.log.verifierKey(CHAIN)).checkpoint.size, 200);
    await on.remove();
  });

  it('does not sign again what is published, and goes on where it was', async () => {
    const on = await openLog();
    await on.append(300);
    await on.log.publish(CHAIN);
    const { note } = on.log.published(CHAIN)!;
    await on.close();
    const again = await openLog(on.dir);
    assert.equal(again.log.published(CHAIN)?.note, note);
    await again.log.publish(CHAIN);
    assert.equal(again.log.published(CHAIN)?.note, note);
    await again.append(300);
    await Promise.all([again.log.publish(CHAIN), again.log.publish(CHAIN)]);
    assert.equal(again.log.published(CHAIN)?.size, 600);
    assert.deepEqual(again.log.distance(), { entries: 0, failed: false });
    await again.remove();
  });

  it('makes the work store anew when that is lost', async () => {
    const on = await openLog();
    await on.append(515);
    await on.log.publish(CHAIN);
    await on.close();
    rmSync(join(on.dir, 'work'), { recursive: true });
    const again = await openLog(on.dir);
    const published = again.log.published(CHAIN)!;
    assert.equal(published.size, 515);
    const [entry] = await again.ledgerStore.range(CHAIN, 514, 1);
    verifyTlogProof(
      await again.log.prover(CHAIN, published)(514, entry!.bytes),
      entry!.bytes,
      again.log.verifierKey(CHAIN),
    );
    await again.append(1);
    await again.log.publish(CHAIN);
    assert.equal(again.log.published(CHAIN)?.size, 516);
    await again.remove();
  });

  it('signs nothing for a ledger that is another than the one published', async () => {
    const one = await openLog();
    await one.append(40, 'x');
    await one.log.publish(CHAIN);
    const other = await openLog();
    await other.append(50, 'y');
    await one.close();
    await other.close();
    copyFileSync(join(other.dir, 'tiezheng.db'), join(one.dir, 'tiezheng.db'));
    for (const suffix of ['-wal', '-shm']) rmSync(join(one.dir, `tiezheng.db${suffix}`), { force: true });
    const mixed = await openLog(one.dir);
    const kept = filesIn(join(one.dir, 'evidence', CHAIN, 'log', 'checkpoints'));
    await assert.rejects(mixed.log.publish(CHAIN), { code: 'CONSISTENCY' });
    assert.equal(mixed.log.distance().failed, true);
    assert.deepEqual(filesIn(join(one.dir, 'evidence', CHAIN, 'log', 'checkpoints')), kept);
    await mixed.remove();
    rmSync(other.dir, { recursive: true });
  });

  it('signs one tree a size: what is reserved or kept for another is refused', async () => {
    const on = await openLog();
    await on.append(5);
    const reserve = (size: number, version: number) =>
      on.documents.save([
        { kind: 'log-reservation', id: CHAIN, chain: CHAIN, version, body: { size, root: 'f'.repeat(64) } },
      ]);
    for (const [version, size] of [5, 6].entries()) {
      await reserve(size, version + 1);
      await assert.rejects(on.log.publish(CHAIN), HeadMismatch);
      assert.equal(await on.log.store.lastKept(CHAIN), undefined);
    }
    await reserve(4, 3);
    await on.log.publish(CHAIN);
    await on.append(1);
    const fork = signCheckpoint(key, CHAIN, 6, Buffer.alloc(32, 1));
    await on.evidence.put(keptCheckpointKey(CHAIN, 6), Buffer.from(fork));
    await assert.rejects(on.log.publish(CHAIN), ObjectExists);
    await on.remove();
  });

  it('refuses bytes that are not those of their hash', async () => {
    const on = await openLog();
    await on.append(3);
    const range = on.ledgerStore.range.bind(on.ledgerStore);
    on.ledgerStore.range = async (...args) =>
      (await range(...args)).map((entry) => ({ ...entry, bytes: Uint8Array.from([...entry.bytes, 32]) }));
    await assert.rejects(on.log.publish(CHAIN), /does not have its hash/);
    await on.remove();
  });

  it('finds the last checkpoint in either store, and trusts none that is not signed with its key', async () => {
    const on = await openLog();
    await on.append(2);
    await on.log.publish(CHAIN);
    await on.append(2);
    await on.log.publish(CHAIN);
    const latest = join(on.dir, 'work', latestCheckpointKey(CHAIN));
    const older = readFileSync(join(on.dir, 'evidence', keptCheckpointKey(CHAIN, 2)), 'utf8');
    writeFileSync(latest, older);
    assert.equal((await on.log.last(CHAIN))?.size, 4);
    const kept = join(on.dir, 'evidence', keptCheckpointKey(CHAIN, 4));
    chmodSync(kept, 0o600);
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('\n4\n', '\n5\n'));
    await assert.rejects(on.log.last(CHAIN), HeadMismatch);
    await on.remove();
  });

  it('lets who asks for an entry wait until it is covered, and no longer than asked', async () => {
    const on = await openLog();
    await on.append(2);
    const published = await on.log.covering(CHAIN, 1, 5000);
    assert.equal(openCheckpoint(published!.note, key.verifier, CHAIN).size, 2);
    const began = performance.now();
    assert.equal(await on.log.covering(CHAIN, 2, 100), undefined);
    assert.ok(performance.now() - began < 1000);
    await on.remove();
  });

  it('catches up with a long ledger in steps', async () => {
    const on = await openLog();
    await on.append(70_000);
    await on.log.publish(CHAIN);
    assert.deepEqual(filesIn(join(on.dir, 'evidence', CHAIN, 'log', 'checkpoints')), ['65536', '70000']);
    const prove = on.log.prover(CHAIN, on.log.published(CHAIN)!);
    for (const seq of [0, 65_535, 65_536, 69_999]) {
      const [entry] = await on.ledgerStore.range(CHAIN, seq, 1);
      verifyTlogProof(await prove(seq, entry!.bytes), entry!.bytes, on.log.verifierKey(CHAIN));
    }
    await on.remove();
  });
});
