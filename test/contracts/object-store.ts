import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import {
  type EvidenceStore,
  InvalidKey,
  ObjectExists,
  ObjectMissing,
  type ObjectStore,
  type UploadStore,
} from '../../storage/objects/object-store.ts';
import { collect, type Engine, using } from './engine.ts';

export interface Stores {
  evidence: EvidenceStore;
  work: ObjectStore;
  uploads: UploadStore;
}

export type ObjectEngine = Engine<Stores>;

/** Bytes that differ at every place, so that a shifted or repeated piece is noticed. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0, n = 0; at < size; at += 32, n += 1) {
    createHash('sha256').update(`${seed}/${n}`).digest().copy(bytes, at);
  }
  return bytes;
}

/** A stream of odd pieces, which may break after the last. */
export function pieces(bytes: Buffer, size: number, failure?: Error): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      if (failure) throw failure;
    })(),
  );
}

const DIGEST = 'ab'.repeat(32);

/** What every engine of objects must keep. */
export function objectStoreContract(name: string, engine: ObjectEngine): void {
  const run = (use: (stores: Stores) => Promise<void>) => () => using(engine, use);
  const read = async (store: ObjectStore, key: string, range?: { start: number; end: number }) =>
    buffer(await store.get(key, range));

  for (const which of ['evidence', 'work'] as const) {
    describe(`${which} store on ${name}`, () => {
      it(
        'keeps bytes of any size, from buffers and streams',
        run(async ({ [which]: store }) => {
          for (const size of [0, 1, 65_536, 1_048_575, 1_048_576, 1_048_577, 5_000_001]) {
            const bytes = noise(size);
            assert.equal(await store.put(`a/buffer-${size}`, bytes), size);
            assert.equal(await store.put(`a/stream-${size}`, pieces(bytes, 60_001)), size);
            for (const kind of ['buffer', 'stream']) {
              assert.equal(await store.size(`a/${kind}-${size}`), size);
              assert.ok((await read(store, `a/${kind}-${size}`)).equals(bytes));
            }
          }
        }),
      );

      it(
        'reads ranges, both ends included',
        run(async ({ [which]: store }) => {
          const bytes = noise(600_000);
          await store.put('a/x', bytes);
          for (const [start, end] of [
            [0, 0],
            [599_999, 599_999],
            [1, 262_144],
            [262_143, 262_145],
            [599_990, 700_000],
            [0, 599_999],
          ] as const) {
            assert.ok(
              (await read(store, 'a/x', { start, end })).equals(bytes.subarray(start, end + 1)),
              `${start}-${end}`,
            );
          }
          for (const [start, end] of [
            [-1, 3],
            [5, 4],
            [0.5, 2],
            [0, Number.NaN],
          ] as const) {
            await assert.rejects(store.get('a/x', { start, end }), RangeError);
          }
        }),
      );

      it(
        'says what is missing, and deletes twice',
        run(async ({ [which]: store }) => {
          assert.equal(await store.size('a/none'), undefined);
          await assert.rejects(store.get('a/none'), ObjectMissing);
          await store.put('a/x', noise(3));
          assert.equal(await store.size('a'), undefined);
          await assert.rejects(store.get('a'), ObjectMissing);
          await store.delete('a/x');
          await store.delete('a/x');
          await store.delete('a/x/y');
          assert.equal(await store.size('a/x'), undefined);
          await store.put('a/x', noise(4));
          assert.equal(await store.size('a/x'), 4);
        }),
      );

      it(
        'lists by the beginning of keys',
        run(async ({ [which]: store }) => {
          const keys = [
            'a/originals/x',
            'a/originals/y.json',
            `a/originals/${DIGEST}`,
            `a/m/${DIGEST}.json`,
            'ab/x',
            'a/中文',
          ];
          for (const [size, key] of keys.entries()) await store.put(key, noise(size));
          const list = async (prefix: string) =>
            (await collect(store.list(prefix))).map(({ key, size }) => `${size} ${key}`).sort();
          const all = keys.map((key, size) => `${size} ${key}`);
          assert.deepEqual(await list(''), all.toSorted());
          assert.deepEqual(await list('a/'), all.filter((each) => each.includes(' a/')).sort());
          assert.deepEqual(await list('a'), all.toSorted());
          assert.deepEqual(await list(`a/originals/${DIGEST.slice(0, 3)}`), [all[2]]);
          assert.deepEqual(await list('a/originals'), all.slice(0, 3).sort());
          for (const none of ['b', 'a/none/', '../', '/', 'a//']) assert.deepEqual(await list(none), []);
        }),
      );

      it(
        'refuses keys that could lead elsewhere',
        run(async ({ [which]: store }) => {
          const keys = [
            '',
            '/',
            '/etc/passwd',
            'a/',
            'a//b',
            '../x',
            'a/../../x',
            'a/.',
            '.tmp/x',
            'a/.hidden',
            'a\\b',
            'a/b\0',
            'a/\n',
            `a/${'x'.repeat(256)}`,
            '\ud800',
            'x/'.repeat(600),
          ];
          for (const key of keys) {
            await assert.rejects(store.put(key, noise(1)), InvalidKey, key);
            await assert.rejects(store.get(key), InvalidKey, key);
            await assert.rejects(store.size(key), InvalidKey, key);
            await assert.rejects(store.delete(key), InvalidKey, key);
          }
        }),
      );

      it(
        'leaves nothing of a source that fails',
        run(async ({ [which]: store }) => {
          await assert.rejects(store.put('a/x', pieces(noise(3_000_000), 50_000, new Error('gone'))), /gone/);
          assert.equal(await store.size('a/x'), undefined);
          assert.deepEqual(await collect(store.list('')), []);
          assert.ok((await store.freeSpace()) > 0);
        }),
      );
    });
  }

  describe(`evidence store on ${name}, write-once`, () => {
    it(
      'takes the same bytes again and refuses others',
      run(async ({ evidence }) => {
        const bytes = noise(2_000_000);
        await evidence.put('a/x', bytes);
        assert.equal(await evidence.put('a/x', pieces(bytes, 70_000)), bytes.length);
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(1_999_999) ^ 1, 1_999_999);
        await assert.rejects(evidence.put('a/x', changed), ObjectExists);
        await assert.rejects(evidence.put('a/x', bytes.subarray(1)), ObjectExists);
        assert.ok((await read(evidence, 'a/x')).equals(bytes));
      }),
    );

    it(
      'lets one of many different writers win, whole',
      run(async ({ evidence }) => {
        const many = Array.from({ length: 8 }, (_, seed) => noise(300_000, seed));
        const ends = await Promise.allSettled(many.map((bytes) => evidence.put('a/x', pieces(bytes, 10_000))));
        const winner = ends.findIndex(({ status }) => status === 'fulfilled');
        assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
        assert.ok((await read(evidence, 'a/x')).equals(many[winner] as Buffer));
      }),
    );

    it(
      'publishes a work object, once, and can be asked again',
      run(async ({ evidence, work }) => {
        const to = `a/originals/${DIGEST}`;
        await work.put('a/uploads/1', noise(100_000));
        assert.equal(await evidence.publish(work, 'a/uploads/1', to), 'published');
        assert.equal(await work.size('a/uploads/1'), undefined);
        assert.ok((await read(evidence, to)).equals(noise(100_000)));
        assert.equal(await evidence.publish(work, 'a/uploads/1', to), 'existed');
        await work.put('a/uploads/2', noise(100_000));
        assert.equal(await evidence.publish(work, 'a/uploads/2', to), 'existed');
        assert.equal(await work.size('a/uploads/2'), undefined);
        await assert.rejects(evidence.publish(work, 'a/uploads/3', `${to}.json`), ObjectMissing);
        assert.equal(await evidence.size(`${to}.json`), undefined);
        await evidence.delete(to);
        assert.equal(await evidence.size(to), undefined);
      }),
    );

    it(
      'publishes one of many at once',
      run(async ({ evidence, work }) => {
        const from = Array.from({ length: 6 }, (_, i) => `a/uploads/${i}`);
        for (const key of from) await work.put(key, noise(1000));
        const ends = await Promise.all(from.map((key) => evidence.publish(work, key, 'a/originals/x')));
        assert.equal(ends.filter((end) => end === 'published').length, 1);
        assert.deepEqual(await collect(work.list('a/')), []);
      }),
    );
  });

  describe(`work store on ${name}`, () => {
    it(
      'replaces an object whole, also under those who read it',
      run(async ({ work }) => {
        await work.put('a/x', noise(3_000_000, 1));
        const reading = await work.get('a/x');
        const [old] = await Promise.all([buffer(reading), work.put('a/x', noise(2_000_000, 2))]);
        assert.ok(old.equals(noise(3_000_000, 1)));
        assert.ok((await read(work, 'a/x')).equals(noise(2_000_000, 2)));
        await Promise.all([3, 4, 5].map((seed) => work.put('a/x', noise(10_000, seed))));
        assert.equal(await work.size('a/x'), 10_000);
      }),
    );
  });
}
