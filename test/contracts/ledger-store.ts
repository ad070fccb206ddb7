import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { collect, type Engine, using } from './engine.ts';

export interface LedgerEngine extends Engine<LedgerStore> {
  /** Address of a module that exports the engine as `engine`, for a process that is going to be killed. */
  module: string;
}

/** An entry of some bytes with its real leaf hash; by default each in a stream of its own. */
export function entryOf(chain: string, seq: number, more: Partial<StoredEntry> = {}): StoredEntry {
  const bytes = more.bytes ?? Buffer.from(JSON.stringify({ chain, seq, pad: 'x'.repeat(seq % 300) }));
  const hash = createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest();
  return { chain, seq, stream: `s/${seq}`, version: 1, hash, claims: [], releases: [], ...more, bytes };
}

const chainOf = (chain: string, size: number) => Array.from({ length: size }, (_, seq) => entryOf(chain, seq));

/** What every engine of the ledger must keep. */
export function ledgerStoreContract(name: string, engine: LedgerEngine): void {
  const run = (use: (store: LedgerStore, place: string) => Promise<void>) => () => using(engine, use);

  describe(`ledger store on ${name}`, () => {
    it(
      'is empty at first',
      run(async (store) => {
        assert.deepEqual(await store.head('a'), { size: 0, hash: undefined });
        assert.deepEqual(await store.chains(), []);
        assert.deepEqual(await store.range('a', 0, 10), []);
        assert.deepEqual(await store.stream('a', 's'), []);
        assert.equal((await store.hashes('a', 0, 10)).length, 0);
        assert.deepEqual(await store.append([]), { inserted: 0 });
      }),
    );

    it(
      'gives back the exact bytes, by seq and by stream',
      run(async (store) => {
        const every = Uint8Array.from({ length: 65_535 }, (_, i) => i % 256);
        const pooled = Buffer.from('short');
        const entries = [
          entryOf('a', 0, { stream: '记录/一', version: 1, bytes: every }),
          entryOf('a', 1, { stream: '记录/一', version: 2, bytes: pooled }),
          entryOf('a', 2, { stream: 'other', version: 1 }),
        ];
        assert.deepEqual(await store.append(entries), { inserted: 3 });
        const read = await store.range('a', 0, 10);
        assert.deepEqual(read.map(plain), entries.map(plain));
        assert.deepEqual((await store.range('a', 1, 1)).map(plain), entries.slice(1, 2).map(plain));
        assert.deepEqual((await store.stream('a', '记录/一')).map(plain), entries.slice(0, 2).map(plain));
        assert.deepEqual((await store.stream('a', '记录/一', 2)).map(plain), entries.slice(1, 2).map(plain));
        assert.deepEqual((await store.stream('a', '记录/一', 1, 1)).map(plain), entries.slice(0, 1).map(plain));
        assert.deepEqual(
          Buffer.from(await store.hashes('a', 1, 9)),
          Buffer.concat(entries.slice(1).map((e) => e.hash)),
        );
        assert.deepEqual(
          await store.streamVersions('a', ['记录/一', 'other', 'none']),
          new Map([
            ['记录/一', 2],
            ['other', 1],
          ]),
        );
        const head = await store.head('a');
        assert.equal(head.size, 3);
        assert.deepEqual(Buffer.from(head.hash ?? []), Buffer.from(entries[2]?.hash ?? []));
        assert.equal(pooled.toString(), 'short');
      }),
    );

    it(
      'keeps chains apart',
      run(async (store) => {
        await store.append([entryOf('b', 0, { stream: 's', claims: ['c'] })]);
        assert.deepEqual(await store.append([entryOf('a', 0, { stream: 's', claims: ['c'] })]), { inserted: 1 });
        assert.deepEqual(await store.chains(), ['a', 'b']);
        assert.equal((await store.range('a', 0, 10)).length, 1);
        await store.replaceClaims('a', []);
        assert.equal(await store.claim('b', 'c'), 0);
      }),
    );

    it(
      'cuts a batch before the first entry that does not fit',
      run(async (store) => {
        await store.append(chainOf('a', 2));
        assert.deepEqual(await store.append([entryOf('a', 3)]), { inserted: 0, conflict: { kind: 'seq' } });
        assert.deepEqual(await store.append([entryOf('a', 1)]), { inserted: 0, conflict: { kind: 'seq' } });
        const gap = [entryOf('a', 2), entryOf('a', 4)];
        assert.deepEqual(await store.append(gap), { inserted: 1, conflict: { kind: 'seq' } });
        const again = [entryOf('a', 3), entryOf('a', 4, { stream: 's/0', version: 1 }), entryOf('a', 5)];
        assert.deepEqual(await store.append(again), { inserted: 1, conflict: { kind: 'stream' } });
        const skipped = [entryOf('a', 4, { stream: 's/0', version: 3 })];
        assert.deepEqual(await store.append(skipped), { inserted: 0, conflict: { kind: 'stream' } });
        const ordered = [entryOf('a', 4, { stream: 't', version: 1 }), entryOf('a', 5, { stream: 't', version: 2 })];
        assert.deepEqual(await store.append(ordered), { inserted: 2 });
        assert.equal((await store.head('a')).size, 6);
      }),
    );

    it(
      'holds claims, gives them up, and leaves nothing of a refused entry',
      run(async (store) => {
        await store.append([entryOf('a', 0, { claims: ['x', 'y', 'y'] })]);
        assert.equal(await store.claim('a', 'x'), 0);
        const refused = entryOf('a', 1, { releases: ['y'], claims: ['z', 'x'] });
        assert.deepEqual(await store.append([refused]), {
          inserted: 0,
          conflict: { kind: 'claim', claim: 'x', seq: 0 },
        });
        assert.equal(await store.claim('a', 'y'), 0);
        assert.equal(await store.claim('a', 'z'), undefined);
        assert.equal((await store.head('a')).size, 1);
        const twice = [entryOf('a', 1, { claims: ['p'] }), entryOf('a', 2, { claims: ['q', 'p'] })];
        assert.deepEqual(await store.append(twice), { inserted: 1, conflict: { kind: 'claim', claim: 'p', seq: 1 } });
        assert.equal(await store.claim('a', 'q'), undefined);
        const moved = [entryOf('a', 2, { releases: ['x', 'unknown'] }), entryOf('a', 3, { claims: ['x'] })];
        assert.deepEqual(await store.append(moved), { inserted: 2 });
        assert.equal(await store.claim('a', 'x'), 3);
        assert.deepEqual(await store.append([entryOf('a', 4, { releases: ['x'], claims: ['x'] })]), { inserted: 1 });
        assert.equal(await store.claim('a', 'x'), 4);
        await store.dropClaims('a', ['x', 'unknown']);
        assert.equal(await store.claim('a', 'x'), undefined);
      }),
    );

    it(
      'lists and replaces claims, however many',
      run(async (store) => {
        const claims = Array.from({ length: 2500 }, (_, i) => ({ claim: `号/${String(i).padStart(5, '0')}`, seq: i }));
        for (let at = 0; at < claims.length; at += 500) await store.append(chainOf('a', at + 500).slice(at));
        await store.replaceClaims('a', [{ claim: 'gone', seq: 1 }]);
        await store.replaceClaims('a', claims.toReversed());
        assert.deepEqual(await collect(store.claims('a')), claims);
        assert.deepEqual(await collect(store.claims('b')), []);
      }),
    );

    it(
      'tells claims and streams apart that differ in any character, and refuses what it could not',
      run(async (store) => {
        const long = 'k'.repeat(4000);
        const names = ['a', 'A', 'ａ', 'a ', "a'", 'a%', '\u{20000}', 'é', 'e\u0301', `${long}1`, `${long}2`];
        const entries = names.map((stream, seq) => entryOf('a', seq, { stream, claims: [stream] }));
        assert.deepEqual(await store.append(entries), { inserted: names.length });
        for (const [seq, claim] of names.entries()) assert.equal(await store.claim('a', claim), seq);
        assert.equal((await store.streamVersions('a', names)).size, names.length);
        const next = names.length;
        for (const bad of ['\ud800', 'a\0b', '']) {
          await assert.rejects(store.append([entryOf('a', next, { claims: [bad] })]), TypeError);
          await assert.rejects(store.append([entryOf('a', next, { stream: bad })]), TypeError);
        }
        await assert.rejects(store.append([entryOf('a', next, { hash: new Uint8Array(31) })]), TypeError);
        await assert.rejects(store.append([entryOf('a', next), entryOf('b', next + 1)]), TypeError);
        assert.equal((await store.head('a')).size, next);
      }),
    );

    it(
      'lets exactly one of many writers have a place, a version and a claim',
      run(async (store) => {
        const writers = Array.from({ length: 20 }, async (_, writer) => {
          for (;;) {
            const { size } = await store.head('a');
            const entry = entryOf('a', size, {
              stream: `w/${writer}`,
              claims: [writer < 10 ? 'one' : `own/${writer}`],
            });
            const { inserted, conflict } = await store.append([entry]);
            if (inserted === 1) return 'in';
            if (conflict?.kind !== 'seq') return conflict?.kind;
          }
        });
        const ends = await Promise.all(writers);
        assert.equal(ends.filter((end) => end === 'in').length, 11);
        assert.equal(ends.filter((end) => end === 'claim').length, 9);
        assert.deepEqual(
          (await store.range('a', 0, 99)).map(({ seq }) => seq),
          [...Array(11).keys()],
        );
      }),
    );

    it('keeps everything over a restart', async () => {
      const place = await engine.place();
      const first = await engine.open(place);
      await first.store.append([entryOf('a', 0, { claims: ['c'] }), entryOf('a', 1)]);
      await first.close();
      const second = await engine.open(place);
      assert.equal((await second.store.head('a')).size, 2);
      assert.equal(await second.store.claim('a', 'c'), 0);
      await second.close();
      await engine.discard(place);
    });

    it('loses nothing acknowledged to kill -9', async () => {
      const place = await engine.place();
      const acknowledged = await appendUntilKilled(engine.module, place, 200);
      const { store, close } = await engine.open(place);
      const { size } = await store.head('killed');
      assert.ok(size >= acknowledged, `${size} of ${acknowledged} are left`);
      assert.deepEqual((await store.range('killed', 0, size + 1)).map(plain), chainOf('killed', size).map(plain));
      await close();
      await engine.discard(place);
    });
  });
}

function plain({ hash, bytes, ...rest }: StoredEntry) {
  return {
    ...rest,
    claims: [],
    releases: [],
    hash: Buffer.from(hash).toString('hex'),
    bytes: Buffer.from(bytes).toString('hex'),
  };
}

/** Kills the writer in the middle of its work; the last size that it was told of. */
async function appendUntilKilled(module: string, place: string, least: number): Promise<number> {
  const script = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, module, place], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last >= least) child.kill('SIGKILL');
  }
  await ended;
  return last;
}
