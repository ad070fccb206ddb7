import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { checkEntryIndex } from '../../server/ledger/check-entry-index.ts';
import { BLOCK, type Block, blockKind, term, termsOf } from '../../server/ledger/entry-blocks.ts';
import { EntryIndex, IndexBehind, type Search } from '../../server/ledger/entry-index.ts';
import { decodeEntry } from '../../signing/chain.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { type NoteEvent, noteKind, openLedger } from '../support/ledger.ts';

const CHAIN = 'one';
const COUNT = 2 * BLOCK + 100;
const people = ['zhang', 'li', 'wang'];
const named = '0196a000-0000-7000-8000-00000000000a';

describe('the index of entries', function () {
  this.timeout(60_000);
  let on: Awaited<ReturnType<typeof openLedger>>;
  let every: StoredEntry[];

  before(async () => {
    let now = Date.parse('2026-01-01T00:00:00.000Z');
    on = await openLedger(undefined, () => new Date(now));
    for (let at = 0; at < COUNT; at++) {
      const actor = { id: people[at % 3] as string, role: 'officer', via: 'session' as const };
      const numbered = at % 7 === 6;
      const colour = at % 5 === 0 ? named : 'red';
      const event: NoteEvent = numbered
        ? { type: 'note.numbered', data: { number: `n${at}` } }
        : { type: 'note.written', data: { text: named, colour } };
      const id = numbered ? `numbered${at}` : `note${at % 40}`;
      const other = at % 50 === 49;
      await on.ledger.execute(noteKind, other ? 'other' : CHAIN, other ? `other-${id}` : id, actor, () => [event]);
      now += 1000;
    }
    every = await on.store.range(CHAIN, 0, COUNT);
    assert.ok(every.length > 2 * BLOCK, String(every.length));
  });
  after(async () => {
    await on.close();
    await on.remove();
  });

  const scanned = ({ wanted, from, to, descending }: Search): number[] => {
    const fit = every.filter((entry) => wanted.every((any) => any.some((name) => termsOf(entry).includes(name))));
    const seqs = fit.map(({ seq }) => seq).filter((seq) => seq >= from && seq < to);
    return descending ? seqs.reverse() : seqs;
  };

  async function paged(index: EntryIndex, search: Search): Promise<number[]> {
    const seqs: number[] = [];
    for (let { from, to } = search; ; ) {
      const page = await index.find(CHAIN, { ...search, from, to });
      assert.ok(page.seqs.length <= search.limit);
      seqs.push(...page.seqs);
      if (page.next === undefined) return seqs;
      if (search.descending) to = page.next;
      else from = page.next + 1;
    }
  }

  it('finds what a walk along the ledger finds, page by page, either way', async () => {
    const wanteds = [
      [],
      [[term.actor('li')]],
      [[term.type('note.numbered')], [term.actor('wang')]],
      [[term.kind('note')], [term.via('session')]],
      [[term.names(named)]],
      [[term.names('note3')], [term.actor('li'), term.actor('zhang')]],
      [[term.actor('nobody')]],
    ];
    for (const wanted of wanteds) {
      for (const [from, to] of [
        [0, COUNT],
        [BLOCK - 3, BLOCK + 3],
        [5, 6],
        [BLOCK, 2 * BLOCK],
        [600, 9],
      ] as const) {
        for (const descending of [true, false]) {
          const search = { wanted, from, to, descending, limit: 7 };
          assert.deepEqual(await paged(on.entries, search), scanned(search), JSON.stringify(search));
        }
      }
    }
    assert.ok(scanned({ wanted: wanteds[4]!, from: 0, to: COUNT, descending: true, limit: 1 }).length > 20);
    assert.equal(await on.documents.count(blockKind, CHAIN), 2);
  });

  it('never finds by what is encrypted', async () => {
    const colours = every.map((entry) => {
      const [event] = decodeEntry(entry.bytes).events;
      const { colour } = event!.data as { colour?: string };
      return { colour, found: termsOf(entry).includes(term.names(named)) };
    });
    assert.ok(colours.some(({ found }) => found));
    for (const { colour, found } of colours) assert.equal(found, colour === named);
  });

  it('knows the first entry of an instant', async () => {
    const times = every.map(({ bytes }) => decodeEntry(bytes).time);
    for (const seq of [0, 1, 255, 256, every.length - 1])
      assert.equal(await on.entries.seqAt(CHAIN, times[seq]!), times.indexOf(times[seq]!));
    assert.equal(await on.entries.seqAt(CHAIN, '2025-01-01T00:00:00.000Z'), 0);
    assert.equal(await on.entries.seqAt(CHAIN, '2027-01-01T00:00:00.000Z'), every.length);
  });

  it('is the same when it is made anew, and fsck sees what is changed or missing', async () => {
    const faults = async () => (await Array.fromAsync(checkEntryIndex(on.store, on.documents))).map(({ what }) => what);
    const before = await on.documents.getMany(blockKind, [`${CHAIN}/0`, `${CHAIN}/1`]);
    assert.deepEqual(await faults(), []);
    await on.entries.forget();
    await assert.rejects(on.entries.grow(CHAIN, 1), IndexBehind);
    assert.equal(await on.entries.grow(CHAIN), 2);
    assert.deepEqual(await on.documents.getMany(blockKind, [`${CHAIN}/0`, `${CHAIN}/1`]), before);
    const [first] = before;
    const body = {
      ...first!.body,
      terms: (first!.body as unknown as Block).terms.map((name) => name.replace('li', 'no')),
    };
    await on.documents.save([{ ...first!, version: 2, body }]);
    assert.deepEqual(await faults(), ['it is not what the entries say']);
    await on.documents.delete(blockKind, [`${CHAIN}/0`]);
    assert.deepEqual(await faults(), ['1 of 2 blocks are missing']);
    await on.documents.delete('fold-version', [blockKind]);
    assert.match((await faults())[0] ?? '', /another version/);
    await new EntryIndex(on.store, on.documents).open();
    assert.equal(await on.documents.count(blockKind, CHAIN), 0);
  });
});
