import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Filter, InvalidCursor, type JsonObject, NotDeclared } from '../../storage/documents/document-store.ts';
import { type DocumentEngine, ids, onFresh, record } from './document-engine.ts';

/** How every engine finds documents: filters, sorts, pages and words. */
export function documentSearchContract(name: string, engine: DocumentEngine): void {
  const run = onFresh(engine);

  describe(`document search on ${name}`, () => {
    it(
      'keeps chains apart in every search',
      run(async (store) => {
        await store.save([
          record('1', { status: 'x', n: 1, title: '案卷' }),
          record('2', { status: 'x', n: 2, title: '案卷' }, { chain: 'b' }),
        ]);
        const filters: Filter[] = [
          {},
          { status: 'x' },
          { n: { $gte: 0 } },
          { $text: '案卷' },
          { id: { $in: ['1', '2'] } },
          { $or: [{ n: 1 }, { n: 2 }] },
        ];
        for (const filter of filters) {
          for (const sort of [undefined, { path: 'n' }, { path: 'status', descending: true }]) {
            assert.deepEqual(await ids(store, filter, sort ? { sort } : {}), ['1'], JSON.stringify({ filter, sort }));
          }
          assert.equal(await store.count('record', 'b', filter), 1);
        }
        await store.save([record('1', { status: 'x', n: 1, title: '案卷' }, { chain: 'b', version: 2 })]);
        assert.deepEqual(await ids(store, { status: 'x' }), []);
        assert.deepEqual(await ids(store, { $text: '案卷' }), []);
      }),
    );

    it(
      'matches as MongoDB does',
      run(async (store) => {
        const long = 'z'.repeat(5000);
        await store.save([
          record('array', { tags: ['x', 'y'], links: [{ caseId: 'c1' }, { caseId: 'c2' }, {}], n: [1, 9] }),
          record('bool', { status: true, n: 1.5 }),
          record('empty', { tags: [], links: [] }),
          record('null', { status: null, n: null, place: null }),
          record('one', { status: 'x', n: 1, place: { city: '北京' }, tags: 'x' }),
          record('string', { status: '1', n: '1', place: { city: long } }),
          record('zero', { status: 0, n: 0, place: { city: `${long}.` } }),
        ]);
        const cases: [Filter, string[]][] = [
          [{ tags: 'x' }, ['array', 'one']],
          [{ tags: { $ne: 'x' } }, ['bool', 'empty', 'null', 'string', 'zero']],
          [{ 'links.caseId': 'c2' }, ['array']],
          [{ 'links.caseId': { $in: ['c1', 'c2', 'c3'] } }, ['array']],
          [{ status: { $in: [] } }, []],
          [{ status: { $in: ['x', true, null, 0] } }, ['array', 'bool', 'empty', 'null', 'one', 'zero']],
          [{ status: null }, ['array', 'empty', 'null']],
          [{ status: { $ne: null } }, ['bool', 'one', 'string', 'zero']],
          [{ status: 1 }, []],
          [{ status: '1' }, ['string']],
          [{ n: { $gt: 0 } }, ['array', 'bool', 'one']],
          [{ n: { $gte: 1, $lt: 2 } }, ['array', 'bool', 'one']],
          [{ n: { $gte: 2, $lt: 9 } }, ['array']],
          [{ n: { $lt: 1 } }, ['zero']],
          [{ n: { $gte: '' } }, ['string']],
          [{ n: { $lte: -1 } }, []],
          [{ 'place.city': '北京' }, ['one']],
          [{ 'place.city': long }, ['string']],
          [{ 'place.city': `${long}.` }, ['zero']],
          [{ id: 'one' }, ['one']],
          [{ id: { $in: ['one', 'zero', 'none'] } }, ['one', 'zero']],
          [{ id: { $gt: 'null', $lt: 'zero' } }, ['one', 'string']],
          [{ id: { $ne: 'one' }, tags: 'x' }, ['array']],
          [{ $or: [{ status: 'x' }, { status: true }], n: { $gt: 1 } }, ['bool']],
          [{ $and: [{ tags: 'x' }, { $or: [{ 'links.caseId': 'c1' }, { n: 1 }] }] }, ['array', 'one']],
          [{ $and: [] }, ['array', 'bool', 'empty', 'null', 'one', 'string', 'zero']],
          [{ $or: [] }, []],
        ];
        for (const [filter, expected] of cases) {
          assert.deepEqual(await ids(store, filter), expected, JSON.stringify(filter));
          assert.deepEqual(
            (await ids(store, filter, { sort: { path: 'n' } })).sort(),
            expected,
            JSON.stringify(filter),
          );
          assert.equal(await store.count('record', 'a', filter), expected.length, JSON.stringify(filter));
        }
      }),
    );

    it(
      'sorts by type, then value, then id, both ways',
      run(async (store) => {
        const values = [
          [],
          null,
          undefined,
          -1e9,
          -1,
          -0.5,
          0,
          2,
          10,
          1e9,
          '',
          'B',
          'a',
          'aa',
          '中',
          '\u{10000}',
          false,
          true,
        ];
        const documents = values.map((n, i) => record(String(i).padStart(2, '0'), n === undefined ? {} : { n }));
        await store.save(documents.toReversed());
        const expected = documents.map(({ id }) => id);
        assert.deepEqual(await ids(store, {}, { sort: { path: 'n' } }), expected);
        assert.deepEqual(await ids(store, {}, { sort: { path: 'n', descending: true } }), expected.toReversed());
        assert.deepEqual(await ids(store, {}, { sort: { path: 'id', descending: true } }), expected.toReversed());
        assert.deepEqual(await ids(store, {}), expected);
      }),
    );

    it(
      'pages over 10,000 documents while others come and go: what does not change is met once',
      run(async (store) => {
        const kept = Array.from({ length: 10_000 }, (_, i) =>
          record(`k${i}`, { n: (i * 7919) % 1000, status: i % 2 ? 'odd' : 'even' }),
        );
        for (let at = 0; at < kept.length; at += 2000) await store.save(kept.slice(at, at + 2000));
        for (const query of [
          { sort: { path: 'n', descending: true } },
          { filter: { status: 'odd' }, sort: { path: 'n' } },
          {},
        ]) {
          const seen: string[] = [];
          let after: string | undefined;
          for (let page = 0; ; page += 1) {
            const found = await store.find('record', { chain: 'a', limit: 997, ...query, ...(after ? { after } : {}) });
            seen.push(...found.items.map(({ id }) => id).filter((id) => id.startsWith('k')));
            await store.save([
              record(`x${page}`, { n: 500, status: 'odd' }),
              record(`j${page}`, { n: -1, status: 'odd' }),
            ]);
            await store.delete('record', [`x${page - 1}`]);
            after = found.next;
            if (after === undefined) break;
          }
          const expected = kept.filter(({ body }) => !('filter' in query) || body.status === 'odd').map(({ id }) => id);
          assert.equal(seen.length, expected.length);
          assert.deepEqual(new Set(seen), new Set(expected));
        }
      }),
    );

    it(
      'refuses cursors of others',
      run(async (store) => {
        await store.save(['1', '2', '3'].map((id) => record(id, { n: 1 })));
        const page = await store.find('record', { chain: 'a', limit: 2, sort: { path: 'n' } });
        assert.deepEqual(
          page.items.map(({ id }) => id),
          ['1', '2'],
        );
        assert.deepEqual(await ids(store, {}, { sort: { path: 'n' }, after: page.next ?? '' }), ['3']);
        for (const [sort, after] of [
          [{ path: 'status' }, page.next],
          [{ path: 'n', descending: true }, page.next],
          [undefined, page.next],
          [{ path: 'n' }, ''],
          [{ path: 'n' }, 'e30'],
          [{ path: 'n' }, '%'],
          [undefined, Buffer.from('["+id","",1]').toString('base64url')],
        ] as const) {
          await assert.rejects(ids(store, {}, { after: after ?? '', ...(sort ? { sort } : {}) }), InvalidCursor);
        }
        const exact = await store.find('record', { chain: 'a', limit: 3 });
        assert.equal(exact.next, undefined);
      }),
    );

    it(
      'searches Chinese and Latin text; operators in it are words or nothing',
      run(async (store) => {
        const titles = {
          a: '北京市朝阳区现场检查笔录（2026）第12号',
          b: '上海市行政处罚决定书',
          c: 'Body-Camera footage ＡＢＣ１２３ 朝阳',
          d: '市',
          e: '𠮷野家執法記錄',
        };
        await store.save(Object.entries(titles).map(([id, title]) => record(id, { title })));
        const cases: [string, string[]][] = [
          ['朝阳', ['a', 'c']],
          ['朝阳区检查', []],
          ['朝阳 检查', ['a']],
          ['市', ['a', 'b', 'd']],
          ['书', ['b']],
          ['京朝', []],
          ['body cam', ['c']],
          ['abc1', ['c']],
          ['ABC123朝阳', ['c']],
          ['12', ['a']],
          ['𠮷', ['e']],
          ['𠮷野', ['e']],
          ['', []],
          ['"', []],
          ['*', []],
          ['NOT 朝阳', []],
          ['朝阳 OR 上海', []],
          ['words:朝阳', []],
          ['朝阳*', ['a', 'c']],
          ['"朝阳" -上海"', []],
          ['(朝阳)^', ['a', 'c']],
          ['朝阳\0\ud800', ['a', 'c']],
          ['NEAR(朝阳 检查)', []],
          [`朝阳 ${'检查 '.repeat(5000)}`, ['a']],
          [Array.from({ length: 500 }, (_, i) => `w${i}`).join(' '), []],
        ];
        for (const [query, expected] of cases)
          assert.deepEqual(await ids(store, { $text: query }), expected, query.slice(0, 40));
        assert.deepEqual(await ids(store, { $or: [{ $text: '上海' }, { id: 'd' }] }), ['b', 'd']);
        await store.save([record('b', { title: '改了' }, { version: 2 })]);
        assert.deepEqual(await ids(store, { $text: '上海' }), []);
        assert.deepEqual(await ids(store, { $text: '改了' }), ['b']);
      }),
    );

    it(
      'throws on what is not declared or no filter',
      run(async (store) => {
        const query = (filter: unknown) => ids(store, filter as Filter);
        await assert.rejects(store.get('unknown', '1'), NotDeclared);
        await assert.rejects(store.save([record('1', {}, { kind: 'unknown' })]), NotDeclared);
        await assert.rejects(query({ title: 'x' }), NotDeclared);
        await assert.rejects(query({ $or: [{ title: 'x' }] }), NotDeclared);
        await assert.rejects(ids(store, {}, { sort: { path: 'title' } }), NotDeclared);
        await assert.rejects(store.count('lease', 'a', { $text: 'x' }), NotDeclared);
        for (const filter of [
          { n: undefined },
          { n: {} },
          { n: { $regex: 'x' } },
          { n: { $in: 'x' } },
          { n: { $ne: 1, $gt: 0 } },
          { n: [1] },
          { n: Number.NaN },
          { n: { $in: [{}] } },
          { $text: 1 },
          { $or: {} },
          { n: { $gt: undefined } },
          { id: { $in: [undefined] } },
        ]) {
          await assert.rejects(query(filter), TypeError, JSON.stringify(filter));
        }
        for (const limit of [0, -1, 1.5, Number.NaN]) await assert.rejects(ids(store, {}, { limit }), RangeError);
        for (const bad of [
          { id: '' },
          { id: 'a\0' },
          { id: '\ud800' },
          { id: 'x'.repeat(513) },
          { version: 1.5 },
          { version: -1 },
          { body: [] as unknown as JsonObject },
        ]) {
          await assert.rejects(store.save([record('fine', {}), record('1', {}, bad)]), TypeError);
        }
        assert.equal(await store.count('record', 'a'), 0);
      }),
    );
  });
}
