import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Finding } from '../../server/ledger/finding.ts';
import { checkLedger } from '../../server/ledger/fsck.ts';
import { HeadMismatch } from '../../server/ledger/heads.ts';
import { KeyDestroyed, KeyRing, masterKeyId } from '../../server/ledger/keys.ts';
import { RequestReused, VersionNotMatched } from '../../server/ledger/ledger.ts';
import { refold } from '../../server/ledger/refold.ts';
import { ClaimTaken } from '../../server/ledger/sequencer.ts';
import { PositionUnknown } from '../../server/ledger/views.ts';
import { decodeEntry } from '../../signing/chain.ts';
import { actor, type NoteEvent, type NoteState, noteKind, openLedger } from '../support/ledger.ts';

type Opened = Awaited<ReturnType<typeof openLedger>>;

const wrote = (text: string): NoteEvent => ({ type: 'note.written', data: { text, colour: 'red' } });

async function findings(opened: Opened): Promise<Finding[]> {
  const { store, documents, ledger, keys, heads } = opened;
  const notes = new Map<string, string>();
  for (const chain of await store.chains()) notes.set(chain, await opened.signedHead(chain));
  const verifier = heads.installationVerifier;
  const found: Finding[] = [];
  for await (const finding of checkLedger({ store, documents, ledger, keys, heads: notes, verifier }))
    found.push(finding);
  return found;
}

describe('ledger', () => {
  let opened: Opened;

  beforeEach(async () => {
    opened = await openLedger();
  });
  afterEach(async () => {
    await opened.close();
    await opened.remove();
  });

  it('keeps personal fields out of the entry, and gives them back', async () => {
    const { ledger, store } = opened;
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('张三，住址不得入账')]);
    const [entry] = await store.range('a', 0, 1);
    assert.ok(entry);
    assert.ok(!Buffer.from(entry.bytes).toString().includes('张三'));
    assert.ok(Buffer.from(entry.bytes).toString().includes('red'));
    const { state } = await ledger.load(noteKind, 'a', 'n1');
    assert.deepEqual(state?.texts, ['张三，住址不得入账']);
  });

  it('answers a repeated request as it did then, and refuses another under its key', async () => {
    const { ledger } = opened;
    const request = { id: 'ab'.repeat(32), digest: 'cd'.repeat(32) };
    const first = await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')], { request });
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('two')]);
    const again = await ledger.execute(noteKind, 'a', 'n2', actor, (): NoteEvent[] => [wrote('one')], { request });
    assert.equal(again.id, first.id);
    assert.equal(again.repeated, true);
    assert.deepEqual(again.state, first.state);
    await assert.rejects(
      ledger.execute(noteKind, 'a', 'n3', actor, (): NoteEvent[] => [wrote('x')], {
        request: { ...request, digest: 'ef'.repeat(32) },
      }),
      RequestReused,
    );
  });

  it('makes one of many equal requests at once', async () => {
    const { ledger, store } = opened;
    const request = { id: '12'.repeat(32), digest: '34'.repeat(32) };
    const ids = Array.from({ length: 20 }, (_, i) => `n${i}`);
    const done = await Promise.all(
      ids.map((id) => ledger.execute(noteKind, 'a', id, actor, (): NoteEvent[] => [wrote('one')], { request })),
    );
    assert.equal(new Set(done.map(({ id }) => id)).size, 1);
    assert.equal((await store.head('a')).size, 1);
  });

  it('gives a name to one of many who want it at once, and to another when it is given back', async () => {
    const { ledger } = opened;
    const number = (id: string, value: string) =>
      ledger.execute(noteKind, 'a', id, actor, (): NoteEvent[] => [{ type: 'note.numbered', data: { number: value } }]);
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => number(`n${i}`, '2026-1')));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const lost = results.find((result) => result.status === 'rejected');
    assert.ok(lost?.status === 'rejected' && lost.reason instanceof ClaimTaken);
    const holder = await ledger.holder('a', { name: 'note-number', value: '2026-1' });
    await number(holder!, '2026-2');
    await number('other', '2026-1');
    assert.equal(await ledger.holder('a', { name: 'note-number', value: '2026-1' }), 'other');
  });

  it('decides again when a stream that was read has moved', async () => {
    const { ledger } = opened;
    await ledger.execute(noteKind, 'a', 'hold', actor, (): NoteEvent[] => [wrote('free')]);
    let tries = 0;
    const slow = ledger.execute(noteKind, 'a', 'n1', actor, async (_state, read): Promise<NoteEvent[]> => {
      tries += 1;
      const hold = await read(noteKind, 'hold');
      if (tries === 1) await ledger.execute(noteKind, 'a', 'hold', actor, (): NoteEvent[] => [wrote('held')]);
      return [wrote(`saw ${hold?.texts.at(-1)}`)];
    });
    assert.deepEqual((await slow).state.texts, ['saw held']);
    assert.equal(tries, 2);
  });

  it('refuses another version than the caller saw', async () => {
    const { ledger } = opened;
    const { version } = await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    const change = (ifVersion: number) =>
      ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('two')], { ifVersion });
    await change(version);
    await assert.rejects(change(version), VersionNotMatched);
  });

  it('keeps a hundred concurrent appends to one stream, in an unbroken chain', async () => {
    const { ledger, store } = opened;
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        ledger.execute(noteKind, 'a', `n${i % 30}`, actor, (): NoteEvent[] => [wrote(`t${i}`)]),
      ),
    );
    assert.equal((await store.head('a')).size, 60);
    assert.deepEqual(await findings(opened), []);
  });

  it('never lets time go back in a chain', async () => {
    await opened.close();
    let now = Date.parse('2026-01-02T00:00:00Z');
    const early = await openLedger(opened.folder, () => new Date(now));
    await early.ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    now -= 86_400_000;
    await early.ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('two')]);
    const times = (await early.store.range('a', 0, 10)).map(({ bytes }) => decodeEntry(bytes).time);
    assert.deepEqual(times, [...times].sort());
    await early.close();
    opened = await openLedger(opened.folder);
  });

  it('folds the same views again after a long random history with disposals, and claims too', async () => {
    const { ledger, documents, store, kinds } = opened;
    const random = numbers(42);
    const gone = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const id = `n${random(40)}`;
      if (gone.has(id)) continue;
      const { state } = await ledger.load(noteKind, 'a', id);
      const choice = state ? random(10) : 0;
      const event: NoteEvent =
        choice < 6
          ? wrote(`文字 ${i}`)
          : choice < 9
            ? { type: 'note.numbered', data: { number: `no ${i}` } }
            : { type: 'note.disposed', data: { basis: 'term' } };
      if (choice === 9) gone.add(id);
      await ledger.execute(noteKind, 'a', id, actor, (): NoteEvent[] => [event]);
    }
    assert.ok(gone.size > 5);
    const before = await everything(opened);
    const claims = await claimsOf(opened);
    await refold(store, documents, ledger, kinds.all);
    await store.replaceClaims('a', await ledger.claims.ofChain(ledger.kinds, 'a'));
    assert.deepEqual(await everything(opened), before);
    assert.deepEqual(await claimsOf(opened), claims);
    assert.deepEqual(await findings(opened), []);
    const disposed = (await documents.get('note', [...gone][0]!))?.body as unknown as NoteState;
    assert.equal(disposed.state, 'disposed');
    assert.deepEqual(disposed.texts, []);
  });

  it('heals views that a crash left behind', async () => {
    const { ledger, documents } = opened;
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('two')]);
    const whole = await documents.get('note', 'n1');
    await documents.delete('note', ['n1']);
    await documents.delete('view-position', ['a']);
    await opened.views.catchUp();
    assert.deepEqual(await documents.get('note', 'n1'), whole);
  });

  it('answers with a position from views that have all up to it', async () => {
    const { ledger, documents, views } = opened;
    await views.catchUp();
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    const early = await documents.get('note', 'n1');
    const { seq } = await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('two')]);
    const whole = await documents.get('note', 'n1');
    // As a process leaves it that dies between its entry and its view.
    await documents.delete('note', ['n1']);
    await documents.save([early!]);
    await Promise.all([views.reach('a', seq + 1), views.reach('a', 1)]);
    assert.deepEqual(await documents.get('note', 'n1'), whole);
    await assert.rejects(views.reach('a', seq + 2), PositionUnknown);
  });

  it('waits for a position that another process is about to bring', async () => {
    const { ledger, views } = opened;
    const reached = views.reach('a', 1);
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    await reached;
  });

  it('ends a disposal that a process died in, when following', async () => {
    const { ledger, documents, keys, views } = opened;
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [wrote('one')]);
    await views.followAll();
    const [before, held] = [await documents.get('note', 'n1'), await documents.get('wrapped-key', 'a/note/n1')];
    assert.ok(before && held);
    await ledger.execute(noteKind, 'a', 'n1', actor, (): NoteEvent[] => [
      { type: 'note.disposed', data: { basis: 'x' } },
    ]);
    const after = await documents.get('note', 'n1');
    await documents.delete('note', ['n1']);
    await documents.save([before]);
    await documents.delete('wrapped-key', ['a/note/n1']);
    await documents.save([held]);
    await views.followAll();
    assert.deepEqual(await documents.get('note', 'n1'), after);
    await assert.rejects(keys.streamKey('a', 'note/n1'));
  });

  it('knows a key that another process destroyed no longer than a minute', async () => {
    const { documents, keys } = opened;
    const bytes = Buffer.alloc(32, 7);
    let now = 0;
    const other = new KeyRing(documents, { id: masterKeyId(bytes), bytes }, randomBytes, () => now);
    const key = await keys.streamKey('a', 'note/n1', true);
    assert.deepEqual(await other.streamKey('a', 'note/n1'), key);
    await keys.destroyStreamKey('a', 'note/n1');
    now = 60_000;
    await assert.rejects(other.streamKey('a', 'note/n1'), KeyDestroyed);
  });

  it('refuses a ledger that is shorter than its signed head', async () => {
    const { ledger, folder } = opened;
    for (let i = 0; i < 5; i++) await ledger.execute(noteKind, 'a', `n${i}`, actor, (): NoteEvent[] => [wrote('x')]);
    await opened.close();
    const { DatabaseSync } = await import('node:sqlite');
    const raw = new DatabaseSync(`${folder}/tiezheng.db`);
    raw.exec('DELETE FROM entries WHERE seq > 2');
    raw.close();
    await assert.rejects(openLedger(folder), HeadMismatch);
    const restore = new DatabaseSync(`${folder}/tiezheng.db`);
    restore.exec('DELETE FROM entries');
    restore.close();
    await import('node:fs/promises').then(({ rm }) => rm(`${folder}/heads`, { recursive: true }));
    opened = await openLedger(folder);
  });
});

/** Numbers below `n` that are the same in every run (xorshift32). */
function numbers(start: number) {
  let word = start;
  return (n: number) => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return (word >>> 0) % n;
  };
}

async function everything({ documents }: Opened) {
  const all: unknown[] = [];
  for await (const document of documents.all('note')) all.push(document);
  return all;
}

async function claimsOf({ store }: Opened) {
  const all: unknown[] = [];
  for await (const claim of store.claims('a')) all.push(claim);
  return all.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
