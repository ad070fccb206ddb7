import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import { pino } from 'pino';
import { audit } from '../../scripts/audit.ts';
import { logSource } from '../../scripts/log-source.ts';
import { timestampAnchor } from '../../server/log/anchor.ts';
import { Anchors } from '../../server/log/anchors.ts';
import { checkAnchor } from '../../server/log/check-anchor.ts';
import { Cosigning } from '../../server/log/cosigning.ts';
import { signCheckpoint } from '../../signing/checkpoint.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { imprintOf, tokenOfFile, verifyToken } from '../../signing/timestamp.ts';
import { anchoredKey, anchorKey, parseLogKey } from '../../storage/objects/log-layout.ts';
import { ca, stamped, tsrOf } from '../unit/signing/pki.ts';
import { CHAIN, key, openLog } from './support.ts';

describe('anchoring checkpoints', () => {
  let on: Awaited<ReturnType<typeof openLog>>;
  let clock = 0;
  let answers = true;
  let certificates = {};
  let asked = 0;
  let anchors: Anchors;
  const now = () => new Date(Date.UTC(2026, 10, 22, 8, 30) + clock);
  const trust = join(mkdtempSync(join(tmpdir(), 'tiezheng-anchors-')), 'ca.pem');

  before(async () => {
    writeFileSync(trust, ca.certificatePem);
    on = await openLog();
    anchors = new Anchors({
      ...{ log: on.log, now, periodMs: 3_600_000, certificates: () => certificates },
      cosigning: new Cosigning({ witnesses: [], log: on.log, now, logger: pino({ level: 'silent' }) }),
      anchor: timestampAnchor(() => ({
        stamp: async (imprint) => {
          asked += 1;
          return answers ? { token: stamped(imprint, now()), time: now(), selfIssued: true } : undefined;
        },
      })),
    });
  });
  after(async () => {
    await on.remove();
    rmSync(join(trust, '..'), { recursive: true });
  });
  beforeEach(() => {
    asked = 0;
  });

  const kept = async () =>
    (await Array.fromAsync(on.evidence.list(`${CHAIN}/log/anchors/`))).map(({ key }) => parseLogKey(key));

  it('gives a checkpoint with its time to who needs one, and the same to the next', async () => {
    await on.append(3);
    const first = await anchors.covering(CHAIN, 2, 5000);
    assert.ok(first?.tsr && first.size === 3);
    const { time } = verifyToken({
      ...{ token: tokenOfFile(first.tsr), imprint: imprintOf(Buffer.from(first.note)), trust: [ca.certificatePem] },
    });
    assert.equal(time.getTime(), now().getTime());
    assert.equal(await anchors.covering(CHAIN, 0, 0), first);
    assert.equal(asked, 1);
    await on.append(2);
    const all = await Promise.all([3, 4, 4, 0].map((seq) => anchors.covering(CHAIN, seq, 5000)));
    assert.deepEqual(
      all.map((one) => one?.size),
      [5, 5, 5, 3],
    );
    assert.equal(asked, 2);
    assert.deepEqual((await kept()).length, 4);
    assert.equal(await anchors.covering(CHAIN, 5, 50), undefined);
  });

  it('anchors a log that has grown when the time is over, and no other', async () => {
    await on.append(1);
    await on.log.publish(CHAIN);
    await anchors.round();
    assert.equal(asked, 0);
    clock += 3_600_000;
    await anchors.round();
    await anchors.round();
    clock += 3_600_000;
    await anchors.round();
    assert.equal(asked, 1);
  });

  it('gives none without time for one with it: without an answer there is no time, and it is asked for again', async () => {
    answers = false;
    await on.append(1);
    const without = await anchors.covering(CHAIN, 6, 5000);
    assert.deepEqual([without?.size, without?.tsr], [7, undefined]);
    answers = true;
    assert.ok((await anchors.covering(CHAIN, 6, 5000))?.tsr);
  });

  it('stamps anew when the certificates are others: the old ones may be revoked', async () => {
    const { tsr } = (await anchors.covering(CHAIN, 6, 5000))!;
    assert.equal(asked, 0);
    certificates = {};
    assert.notEqual((await anchors.covering(CHAIN, 6, 5000))?.tsr, tsr);
  });

  it('is checked by fsck: the name, the checkpoint that is kept, what the stamp is over', async () => {
    const findings = async () => {
      const all = [];
      for (const name of await kept())
        if (name?.area === 'anchors')
          all.push(...(await Array.fromAsync(checkAnchor(on.evidence, on.log.verifierKey(CHAIN), CHAIN, name))));
      return all;
    };
    assert.deepEqual(await findings(), []);
    const fork = Buffer.from(signCheckpoint(key, CHAIN, 7, Buffer.alloc(32, 1)));
    await on.evidence.put(anchorKey(CHAIN, { size: 7, note: sha256Hex(fork) }), fork);
    assert.deepEqual(
      (await findings()).map(({ what }) => what),
      ['it is not the checkpoint that is kept of this size'],
    );
    const other = Buffer.from(tsrOf(Buffer.from('x'), now()));
    await on.evidence.put(anchorKey(CHAIN, { size: 7, note: sha256Hex(fork), tsr: sha256Hex(other) }), other);
    await on.evidence.put(anchorKey(CHAIN, { size: 6, note: sha256Hex(fork), tsr: sha256Hex(fork) }), other);
    assert.equal((await findings()).length, 3);
  });

  it('is audited with the log: its root among the entries, and its time under the certificates given', async () => {
    await on.append(300);
    await on.log.publish(CHAIN);
    const source = logSource(join(on.dir, 'work', CHAIN, 'log'));
    const both = async (path: string) =>
      (await source(path)) ?? (await logSource(join(on.dir, 'evidence', CHAIN, 'log'))(path));
    const vkey = on.log.verifierKey(CHAIN);
    const { size, notes } = await audit(both, { vkey, trust });
    assert.equal(size, 307);
    assert.match(notes.join('\n'), /anchored: 7 条 entries, 2026-11-22T10:30:00/);
    assert.match((await audit(both, { vkey })).notes.join('\n'), /was not verified: give --trust/);
    const path = (part: 'note' | 'tsr') => join(on.dir, 'work', anchoredKey(CHAIN, part));
    const [note, tsr] = [readFileSync(path('note')), readFileSync(path('tsr'))];
    const refusedWith = async (part: 'note' | 'tsr', bytes: Uint8Array, options: { trust?: string }, code: RegExp) => {
      writeFileSync(path(part), bytes);
      await assert.rejects(audit(both, { vkey, ...options }), (error: { code: string }) => code.test(error.code));
      writeFileSync(path('note'), note);
      writeFileSync(path('tsr'), tsr);
    };
    const forged = (entries: number) => Buffer.from(signCheckpoint(key, CHAIN, entries, Buffer.alloc(32, 1)));
    await refusedWith('note', forged(7), {}, /AUDIT_ROOT/);
    await refusedWith('note', forged(308), {}, /AUDIT_ROOT/);
    await refusedWith('note', Buffer.from(note.toString().replace('\n7\n', '\n8\n')), {}, /CHECKPOINT_SIGNATURE/);
    await refusedWith('tsr', tsrOf(Buffer.from('x'), now()), { trust }, /TIME_IMPRINT/);
    await refusedWith('tsr', tsr.subarray(1), { trust }, /TIME_MALFORMED/);
    rmSync(path('tsr'));
    await assert.rejects(audit(both, { vkey, trust }), /no anchored checkpoint/);
    assert.deepEqual((await audit(both, { vkey })).notes, []);
  });
});
