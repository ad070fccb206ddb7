import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, it } from 'mocha';
import { audit } from '../../scripts/audit.ts';
import { logSource } from '../../scripts/log-source.ts';
import { type Entry, encodeEntry, GENESIS_PREV, leafHash } from '../../signing/chain.ts';
import { encodeBundle } from '../../signing/tiles.ts';
import { verifyTlogProof } from '../../signing/tlog-proof.ts';
import { refusal } from '../unit/signing/support.ts';
import { judge } from './claims.ts';
import { ask } from './driver.ts';
import { drivers } from './places.ts';
import { emptyFolder, file } from './scene.ts';
import { flipped } from './twins.ts';

/** The other way round: what others make, our verifier reads, and refuses once it is tampered with. openssl's time stamps: test/unit/signing. */
const read = (folder: string, name: string) => readFileSync(join(folder, name));

judge("a log of Tessera's making", [drivers.go.needs], () => {
  const chain = '0196a000-0000-7000-8000-0000000000aa';
  const entries = chained(chain, 600);
  let folder: string;
  let vkey: string;
  before(async () => {
    folder = join(emptyFolder(), 'log');
    const { ok, said } = await ask('go', 'make-log', folder, `log.example/${chain}`, file(encodeBundle(entries)));
    assert.ok(ok, said);
    vkey = read(folder, 'log.vkey').toString().trim();
  });

  it('is audited, and not its twins', async () => {
    const { size, trusted } = await audit(logSource(folder), { vkey });
    assert.deepEqual([size, trusted], [600, true]);
    for (const path of ['tile/entries/001', 'tile/entries/002.p/88', 'checkpoint']) {
      const copy = join(emptyFolder(), 'log');
      cpSync(folder, copy, { recursive: true });
      writeFileSync(join(copy, path), flipped(read(copy, path)));
      await assert.rejects(audit(logSource(copy), { vkey }), path);
    }
  });

  it("torchwood's proof of its last entry is read, and not for another entry", () => {
    const proof = read(folder, 'last.tlog-proof').toString();
    assert.equal(verifyTlogProof(proof, entries[599]!, vkey).index, 599);
    assert.throws(() => verifyTlogProof(proof, entries[598]!, vkey), refusal('INCLUSION'));
  });
});

/** Linked entries as they stand in a ledger. */
function chained(chain: string, count: number): Uint8Array[] {
  let prev = GENESIS_PREV;
  return Array.from({ length: count }, (_, seq) => {
    const entry: Entry = {
      ...{
        v: 1,
        chain,
        seq,
        prev,
        time: '2026-01-01T00:00:00.000Z',
        stream: `note/${seq}`,
        version: 1,
        key: '0'.repeat(64),
      },
      actor: { id: 'a', role: 'officer', via: 'session' },
      events: [{ type: 'note.written', v: 1, data: {} }],
    };
    const bytes = encodeEntry(entry);
    prev = Buffer.from(leafHash(bytes)).toString('hex');
    return bytes;
  });
}
