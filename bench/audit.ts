import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { audit } from '../scripts/audit.ts';
import { logSource } from '../scripts/log-source.ts';
import { encodeEntry, GENESIS_PREV, leafHash } from '../signing/chain.ts';
import { chainVerifier, createLogKeyPem, openLogKey, signCheckpoint } from '../signing/checkpoint.ts';
import { CompactRange } from '../signing/merkle.ts';
import { encodeBundle, TILE_WIDTH, tilePath } from '../signing/tiles.ts';
import { since } from './report.ts';

const CHAIN = '0196a000-0000-7000-8000-000000000001';

/** Entries a second that `tiezheng audit` recomputes from the bundles of a log in a folder. */
export async function auditedPerSecond(folder: string, count: number): Promise<number> {
  const dir = join(folder, 'log');
  const key = openLogKey(
    'bench',
    createLogKeyPem(() => Buffer.alloc(32, 1)),
  );
  writeLog(dir, count, (root) => signCheckpoint(key, CHAIN, count, root));
  const began = performance.now();
  const { size } = await audit(logSource(dir), { vkey: chainVerifier(key.verifier, CHAIN) });
  return size / since(began);
}

function writeLog(dir: string, count: number, sign: (root: Uint8Array) => string): void {
  const tree = new CompactRange();
  let prev = GENESIS_PREV;
  mkdirSync(dir, { recursive: true });
  for (let from = 0; from < count; from += TILE_WIDTH) {
    const entries: Uint8Array[] = [];
    for (let seq = from; seq < Math.min(count, from + TILE_WIDTH); seq++) {
      const bytes = entryOf(seq, prev);
      const hash = leafHash(bytes);
      tree.append(hash);
      prev = Buffer.from(hash).toString('hex');
      entries.push(bytes);
    }
    const path = join(dir, tilePath({ level: 'entries', index: from / TILE_WIDTH, width: entries.length }));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, encodeBundle(entries));
  }
  writeFileSync(join(dir, 'checkpoint'), sign(tree.root()));
}

/** About as long as the entry of a record that was received. */
const entryOf = (seq: number, prev: string) =>
  encodeEntry({
    v: 1,
    chain: CHAIN,
    seq,
    prev,
    time: '2026-01-01T00:00:00.000Z',
    actor: { id: CHAIN, role: 'officer', via: 'session' },
    stream: `record/0196a000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    version: 1,
    key: '0'.repeat(64),
    events: [
      {
        type: 'record.received',
        v: 1,
        data: { size: seq, title: { enc: 'a'.repeat(60) }, name: { enc: 'b'.repeat(50) } },
      },
    ],
  });
