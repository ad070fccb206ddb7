import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { audit } from '../../scripts/audit.ts';
import { logSource } from '../../scripts/log-source.ts';
import { tiezheng } from '../support/process.ts';
import { CHAIN, openLog } from './support.ts';

/** The log of both stores as one folder. */
function exportLog({ dir }: { dir: string }, to: string): void {
  for (const store of ['work', 'evidence']) {
    const from = join(dir, store, CHAIN, 'log');
    if (existsSync(from)) cpSync(from, to, { recursive: true, force: true });
  }
}

describe('auditing a log', function () {
  this.timeout(30_000);
  let on: Awaited<ReturnType<typeof openLog>>;
  let folder: string;
  let vkey: string;
  const copies: string[] = [];

  before(async () => {
    on = await openLog();
    await on.append(600);
    await on.log.publish(CHAIN);
    folder = copyOf();
    vkey = on.log.verifierKey(CHAIN);
  });
  after(async () => {
    await on.remove();
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  });

  function copyOf(): string {
    const copy = mkdtempSync(join(tmpdir(), 'tiezheng-audit-'));
    copies.push(copy);
    exportLog(on, copy);
    return copy;
  }

  function change(name: string, edit: (bytes: Buffer) => Buffer): string {
    const copy = copyOf();
    const path = join(copy, name);
    const bytes = readFileSync(path);
    chmodSync(path, 0o600);
    writeFileSync(path, edit(bytes));
    return copy;
  }

  it('recomputes the tree from the bundles, and says so', async () => {
    assert.deepEqual(
      (({ size, from, trusted }) => ({ size, from, trusted }))(await audit(logSource(folder), { vkey })),
      {
        size: 600,
        from: 0,
        trusted: true,
      },
    );
    const { code, out } = await tiezheng(['audit', folder, '--vkey', vkey], {});
    assert.equal(code, 0, out);
    assert.match(out, /600 条 entries/);
    assert.equal((await tiezheng(['audit'], {})).code, 2);
    assert.equal((await tiezheng(['audit', folder], {})).code, 1);
  });

  it('refuses any change of bundles, checkpoint or key', async () => {
    const flip = (at: number) => (bytes: Buffer) => {
      const changed = Buffer.from(bytes);
      changed[Math.floor(at * (bytes.length - 1))]! ^= 1;
      return changed;
    };
    for (const name of ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/88', 'checkpoint']) {
      for (const at of [0, 0.3, 0.7, 1])
        await assert.rejects(audit(logSource(change(name, flip(at))), { vkey }), `${name} ${at}`);
      await assert.rejects(audit(logSource(change(name, (bytes) => bytes.subarray(0, -1))), { vkey }));
      const gone = copyOf();
      rmSync(join(gone, name), { force: true });
      await assert.rejects(audit(logSource(gone), { vkey }), /is not there/);
    }
    const swapped = copyOf();
    cpSync(join(swapped, 'tile/entries/001'), join(swapped, 'tile/entries/000'), { force: true });
    await assert.rejects(audit(logSource(swapped), { vkey }), { code: 'AUDIT_LINK' });
    const other = `other.test/${CHAIN}${vkey.slice(vkey.indexOf('+'))}`;
    await assert.rejects(audit(logSource(folder), { vkey: other }), { code: 'VERIFIER_KEY' });
  });

  it('goes on from where it stopped, and refuses a log that went back or is another', async () => {
    const state = join(folder, '..', `audit-${process.pid}.json`);
    copies.push(state);
    await audit(logSource(folder), { vkey, state });
    const before = copyOf();
    await on.append(300);
    await on.log.publish(CHAIN);
    const later = copyOf();
    for (const name of ['000', '001']) rmSync(join(later, 'tile/entries', name), { force: true });
    const audited = await audit(logSource(later), { vkey, state });
    assert.deepEqual([audited.size, audited.from], [900, 600]);
    assert.equal((await audit(logSource(later), { vkey, state })).from, 900);
    await assert.rejects(audit(logSource(before), { vkey, state }), /went back/);
    writeFileSync(state, '{"v":1}');
    await assert.rejects(audit(logSource(later), { vkey, state }), { code: 'AUDIT_STATE' });
    const fork = await openLog();
    await fork.append(950, 'fork');
    await fork.log.publish(CHAIN);
    const forked = mkdtempSync(join(tmpdir(), 'tiezheng-audit-'));
    copies.push(forked);
    exportLog(fork, forked);
    await fork.remove();
    rmSync(state);
    await audit(logSource(copyOf()), { vkey, state });
    await assert.rejects(audit(logSource(forked), { vkey, state }), { code: 'AUDIT_LINK' });
  });
});
