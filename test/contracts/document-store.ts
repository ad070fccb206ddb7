import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Document, JsonObject } from '../../storage/documents/document-store.ts';
import { type DocumentEngine, ids, LEASE, onFresh, RECORD, record } from './document-engine.ts';
import { collect } from './engine.ts';

/** What every engine of documents must keep; how they are found: document-search.ts. */
export function documentStoreContract(name: string, engine: DocumentEngine): void {
  const run = onFresh(engine);

  describe(`document store on ${name}`, () => {
    it(
      'gives bodies back as they were',
      run(async (store) => {
        const body = {
          title: 'NUL \0, lone \ud800 surrogate, 𠀀, "quotes"',
          long: '长'.repeat(100_000),
          nested: [{ a: [1, -0.5, 1e300, null, true, {}] }, []],
          status: '\ud800',
          tags: ['\0', ''],
          __proto__x: 1,
        };
        assert.deepEqual(await store.save([record('一/1', body)]), [true]);
        assert.deepEqual(await store.get('record', '一/1'), record('一/1', body));
        assert.equal(await store.get('record', 'none'), undefined);
        assert.equal(await store.get('lease', '一/1'), undefined);
        assert.deepEqual(await ids(store, { status: '\ud800' }), ['一/1']);
        assert.deepEqual(await ids(store, { status: '\ud801' }), []);
        assert.deepEqual(await ids(store, { tags: '\0' }), ['一/1']);
        const odd = JSON.parse('{"__proto__":{"city":"x"},"place":{"constructor":1}}') as JsonObject;
        await store.save([record('odd', odd)]);
        assert.equal(JSON.stringify((await store.get('record', 'odd'))?.body), JSON.stringify(odd));
        assert.deepEqual(await ids(store, { 'place.city': 'x' }), []);
      }),
    );

    it(
      'moves forward only',
      run(async (store) => {
        assert.deepEqual(await store.save([record('1', { n: 2 }, { version: 2 })]), [true]);
        const saves = [
          record('1', { n: 1 }),
          record('1', { n: 9 }, { version: 2 }),
          record('2', {}),
          record('1', { n: 3 }, { version: 3 }),
        ];
        assert.deepEqual(await store.save(saves), [false, false, true, true]);
        assert.deepEqual((await store.get('record', '1'))?.body, { n: 3 });
        assert.deepEqual(await ids(store, { n: 2 }), []);
        assert.deepEqual(await ids(store, { n: 3 }), ['1']);
        assert.deepEqual(await store.save([]), []);
      }),
    );

    it(
      'swaps for exactly one of many',
      run(async (store) => {
        const lease = (version: number, holder: string): Document => ({
          kind: 'lease',
          id: 'l',
          chain: 'a',
          version,
          body: { holder },
        });
        assert.equal(await store.swap(lease(1, 'x'), 1), false);
        const first = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => store.swap(lease(1, holder), undefined)));
        assert.equal(first.filter(Boolean).length, 1);
        const next = await Promise.all(['e', 'f', 'g'].map((holder) => store.swap(lease(2, holder), 1)));
        assert.equal(next.filter(Boolean).length, 1);
        assert.deepEqual((await store.get('lease', 'l'))?.body, { holder: ['e', 'f', 'g'][next.indexOf(true)] });
      }),
    );

    it(
      'gets many in the order asked for, and deletes',
      run(async (store) => {
        await store.save(['1', '2', '3'].map((id) => record(id, { status: 'x', title: '案卷' })));
        assert.deepEqual(
          (await store.getMany('record', ['3', 'none', '1'])).map(({ id }) => id),
          ['3', '1'],
        );
        await store.delete('record', ['1', 'none']);
        assert.deepEqual(await ids(store, { status: 'x' }), ['2', '3']);
        assert.deepEqual(await ids(store, { $text: '案卷' }), ['2', '3']);
        await store.swap({ kind: 'lease', id: '2', chain: 'a', version: 1, body: {} }, undefined);
        await store.deleteKind('record');
        assert.deepEqual(await collect(store.all('record')), []);
        assert.equal(await store.count('record', 'a'), 0);
        assert.equal((await collect(store.all('lease'))).length, 1);
        assert.deepEqual(await store.save([record('1', { title: '新的' })]), [true]);
        assert.deepEqual(await ids(store, { $text: '案卷' }), []);
      }),
    );

    it('finds by new indexes after a change of the declaration', async () => {
      const place = await engine.place();
      const before = await engine.open(place, [{ ...RECORD, indexes: ['n'], text: 'other' }]);
      await before.store.save([record('1', { status: 'x', title: '案卷' }), record('2', { status: 'y' })]);
      await before.close();
      const after = await engine.open(place, [RECORD]);
      assert.deepEqual(await ids(after.store, { status: 'x' }), ['1']);
      assert.deepEqual(await ids(after.store, { $text: '案卷' }), ['1']);
      assert.deepEqual(await ids(after.store, {}, { sort: { path: 'status', descending: true } }), ['2', '1']);
      assert.deepEqual(await collect(after.store.faults('record')), []);
      await after.close();
      await engine.discard(place);
    });

    it('names documents whose stored body was changed', async () => {
      const place = await engine.place();
      const before = await engine.open(place, [RECORD, LEASE]);
      const many = Array.from({ length: 250 }, (_, i) => record(`r${i}`, { status: 'sealed', n: i }));
      await before.store.save(many);
      assert.deepEqual(await collect(before.store.faults('record')), []);
      await before.close();
      await engine.damage(place, 'record', 'r7', 'sealed', 'sealec');
      await engine.damage(place, 'record', 'r200', '{', '[');
      const after = await engine.open(place, [RECORD, LEASE]);
      const faults = await collect(after.store.faults('record'));
      assert.deepEqual(faults.map(({ id }) => id).sort(), ['r200', 'r7']);
      assert.deepEqual((await collect(after.store.all('record'))).length, 249);
      await assert.rejects(after.store.get('record', 'r200'), { name: 'DocumentDamaged' });
      assert.deepEqual(await after.store.save([record('r7', { status: 'sealed', n: 7 }, { version: 2 })]), [true]);
      await after.close();
      await engine.discard(place);
    });
  });
}
