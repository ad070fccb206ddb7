import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { KEY_BLOCK, KeptKeys } from '../../server/log/kept-keys.ts';
import { encodeKeyFile, readKeyFile } from '../../server/log/key-file.ts';
import { FilesystemWorkStore } from '../../storage/objects/filesystem.ts';
import type { ConditionalWrites } from '../../storage/objects/object-store.ts';
import { actor, type NoteEvent, noteKind, openLedger } from '../support/ledger.ts';
import { sha256 } from '../support/uploads.ts';

const CHAIN = '019aaf3e-8c1b-7d52-9a40-0123456789ab';

/** A real ledger whose keys are kept. */
async function open(dir?: string, master = 'one') {
  const on = await openLedger(dir);
  const work = new FilesystemWorkStore(join(on.folder, 'work'));
  await work.prepare();
  const kept = new KeptKeys({ ledgerStore: on.store, documents: on.documents, work, master });
  on.keys.onDestroy = (chain, stream, destroy) => kept.forget(chain, stream, destroy);
  const path = (name: string) => join(on.folder, 'work', CHAIN, 'keys', name);
  const file = (name: string) => readKeyFile(readFileSync(path(name)));
  const write = (id: string, event: NoteEvent) => on.ledger.execute(noteKind, CHAIN, id, actor, () => [event]);
  const written = (id: string) => write(id, { type: 'note.written', data: { text: 'x', colour: 'red' } });
  return { ...on, kept, path, file, write, written };
}

describe('keeping wrapped keys', () => {
  it('has every key of the entries asked for, and the key of the blind index', async () => {
    const on = await open();
    await Promise.all(['a', 'b'].map(on.written));
    await on.kept.keep(CHAIN, 0, 2);
    assert.deepEqual([...on.file('streams/0').keys.keys()], [`${CHAIN}/note/a`, `${CHAIN}/note/b`]);
    assert.equal(existsSync(on.path('blind')), false);
    await on.write('a', { type: 'note.numbered', data: { number: '1' } });
    await on.kept.keep(CHAIN, 2, 3);
    assert.deepEqual([...on.file('blind').keys.keys()], [`${CHAIN}#blind`]);
    const stored = await on.documents.get('wrapped-key', `${CHAIN}/note/a`);
    assert.deepEqual(on.file('streams/0').keys.get(`${CHAIN}/note/a`), stored?.body);
    await on.close();
    await on.remove();
  });

  it('has a file for every block of entries, and writes only those that change', async () => {
    const on = await open();
    const ids = Array.from({ length: KEY_BLOCK + 2 }, (_, i) => `n${i}`);
    await Promise.all(ids.map(on.written));
    await on.kept.keep(CHAIN, 0, ids.length);
    assert.equal(on.file('streams/0').keys.size, KEY_BLOCK);
    assert.equal(on.file('streams/1').keys.size, 2);
    rmSync(on.path('streams/0'));
    await on.written('later');
    await on.kept.keep(CHAIN, ids.length, ids.length + 1);
    assert.equal(existsSync(on.path('streams/0')), false);
    assert.equal(on.file('streams/1').keys.size, 3);
    await on.kept.open(new Map([[CHAIN, ids.length + 1]]));
    assert.equal(on.file('streams/0').keys.size, KEY_BLOCK);
    await on.close();
    await on.remove();
  });

  it('loses a key that is destroyed, before the database does', async () => {
    const on = await open();
    await Promise.all(['a', 'b'].map(on.written));
    await on.kept.keep(CHAIN, 0, 2);
    let left: unknown;
    const forget = on.keys.onDestroy;
    on.keys.onDestroy = (chain, stream, destroy) =>
      forget(chain, stream, async () => {
        left = [...on.file('streams/0').keys.keys()];
        assert.ok(await on.documents.get('wrapped-key', `${CHAIN}/note/a`));
        await destroy();
      });
    await on.write('a', { type: 'note.disposed', data: { basis: '到期' } });
    assert.deepEqual(left, [`${CHAIN}/note/b`]);
    await on.written('c');
    await on.kept.keep(CHAIN, 3, 4);
    assert.deepEqual([...on.file('streams/0').keys.keys()], [`${CHAIN}/note/b`, `${CHAIN}/note/c`]);
    await on.close();
    await on.remove();
  });

  it('writes all anew under another master key, the file of the installation last', async () => {
    const on = await open();
    await on.written('a');
    await on.kept.keep(CHAIN, 0, 1);
    await on.close();
    const next = await open(on.folder, 'two');
    await next.kept.open(new Map([[CHAIN, 1]]));
    assert.equal(next.file('streams/0').master, 'two');
    const installation = join(on.folder, 'work', 'system', 'keys', 'installation');
    assert.equal(readKeyFile(readFileSync(installation)).master, 'two');
    writeFileSync(installation, 'damaged');
    rmSync(next.path('streams/0'));
    await next.kept.open(new Map([[CHAIN, 1]]));
    assert.equal(next.file('streams/0').keys.size, 1);
    assert.equal(readKeyFile(readFileSync(installation)).master, 'two');
    await next.close();
    await next.remove();
  });
});

/** A store that several processes write, without the processes: tags are digests. `ignorant`: it takes conditions and does not keep to them. */
class SharedWorkStore extends FilesystemWorkStore implements ConditionalWrites {
  ignorant = false;
  /** What a writer waits for between reading the database and writing. */
  before = () => Promise.resolve();

  async read(key: string) {
    if ((await this.size(key)) === undefined) return undefined;
    const bytes = await buffer(await this.get(key));
    return { bytes, tag: sha256(bytes) };
  }

  async replace(key: string, bytes: Uint8Array, tag: string | undefined) {
    await this.before();
    if (!this.ignorant && (await this.read(key))?.tag !== tag) return false;
    await this.put(key, bytes);
    return true;
  }
}

describe('keeping wrapped keys by several processes', () => {
  for (const ignorant of [false, true]) {
    const store = ignorant ? 'ignores conditions' : 'keeps to conditions';
    it(`an old file never stays, nor a destroyed key, where the store ${store}`, async () => {
      const on = await open();
      const keeper = (store: SharedWorkStore) =>
        new KeptKeys({ ledgerStore: on.store, documents: on.documents, work: store, master: 'one' });
      const stores = [0, 1].map(() => new SharedWorkStore(join(on.folder, 'work')));
      const [fast, slow] = stores.map(keeper) as [KeptKeys, KeptKeys];
      for (const each of stores) each.ignorant = ignorant;
      await Promise.all(['a', 'b'].map(on.written));
      await fast.keep(CHAIN, 0, 2);
      await on.written('c');
      const held = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      stores[1]!.before = () => {
        reached.resolve();
        return held.promise;
      };
      const late = slow.keep(CHAIN, 2, 3);
      await reached.promise;
      on.keys.onDestroy = (chain, stream, destroy) => fast.forget(chain, stream, destroy);
      await on.write('a', { type: 'note.disposed', data: { basis: '到期' } });
      await on.written('d');
      await fast.keep(CHAIN, 4, 5);
      held.resolve();
      await late;
      assert.deepEqual(
        [...on.file('streams/0').keys.keys()],
        ['b', 'c', 'd'].map((id) => `${CHAIN}/note/${id}`),
      );
      await on.close();
      await on.remove();
    });
  }

  it('takes a destroyed key out again that another put back before it left the database', async () => {
    const on = await open();
    const work = new SharedWorkStore(join(on.folder, 'work'));
    const keepers = [0, 1].map(
      () => new KeptKeys({ ledgerStore: on.store, documents: on.documents, work, master: 'one' }),
    );
    await Promise.all(['a', 'b'].map(on.written));
    await keepers[0]!.keep(CHAIN, 0, 2);
    on.keys.onDestroy = (chain, stream, destroy) =>
      keepers[0]!.forget(chain, stream, async () => {
        await keepers[1]!.keep(CHAIN, 0, 2);
        assert.equal(on.file('streams/0').keys.size, 2);
        await destroy();
      });
    await on.write('a', { type: 'note.disposed', data: { basis: '到期' } });
    assert.deepEqual([...on.file('streams/0').keys.keys()], [`${CHAIN}/note/b`]);
    await on.close();
    await on.remove();
  });
});

describe('key files', () => {
  const body = { wrapped: 'AAAA', master: 'm' };

  it('are read as they were written', () => {
    const bytes = encodeKeyFile('m', [{ kind: 'wrapped-key', id: 'a', chain: 'c', version: 1, body }]);
    assert.deepEqual(readKeyFile(bytes), { master: 'm', keys: new Map([['a', body]]) });
  });

  it('are refused in any other form', () => {
    const wrong = [
      ['', 'CANONICAL_BYTES'],
      ['{"keys":{},"master":"m","v":1} ', 'CANONICAL_BYTES'],
      ['{"keys":{},"master":"m","v":2}', 'KEY_FILE'],
      ['{"keys":{},"master":"","v":1}', 'KEY_FILE'],
      ['{"keys":[],"master":"m","v":1}', 'KEY_FILE'],
      ['{"keys":{"a":null},"master":"m","v":1}', 'KEY_FILE'],
      ['{"keys":{"a":{"wrapped":1}},"master":"m","v":1}', 'KEY_FILE'],
      ['{"keys":{},"master":"m","more":1,"v":1}', 'KEY_FILE'],
      ['null', 'KEY_FILE'],
    ] as const;
    for (const [text, code] of wrong) assert.throws(() => readKeyFile(Buffer.from(text)), { code }, text);
  });
});
