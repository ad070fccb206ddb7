import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { describe, it } from 'mocha';
import { readConfig } from '../../server/config.ts';
import { openObjects } from '../../server/engines.ts';
import { covers, ObjectLocked } from '../../storage/objects/object-locks.ts';
import { ObjectExists, UploadOffsetWrong, UploadTooLong } from '../../storage/objects/object-store.ts';
import { S3EvidenceStore, S3WorkStore } from '../../storage/objects/s3.ts';
import { parseS3Url, s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { PART_BYTES } from '../../storage/objects/s3-parts.ts';
import { PROBE_PREFIX, probeAbilities } from '../../storage/objects/s3-probe.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { S3UploadStore } from '../../storage/objects/s3-uploads.ts';
import { collect } from '../contracts/engine.ts';
import { noise, pieces } from '../contracts/object-store.ts';
import { engineOn, s3Urls } from '../contracts/s3-objects.ts';
import { startRefusingProxy, targetOf } from '../support/refusing-proxy.ts';

const versionOf = async (bucket: S3Bucket, key = '') => (await bucket.versions(key))[0]?.id;

const KEY = 'a/uploads/u1';
const MORE = Number.MAX_SAFE_INTEGER;

for (const [name, server] of Object.entries(s3Urls)) {
  const engine = engineOn(server);
  const run = (use: (on: Awaited<ReturnType<typeof opened>>) => Promise<void>) => async () => {
    const place = await engine.place();
    const on = opened(place);
    try {
      await use(on);
    } finally {
      on.client.destroy();
      await engine.discard(place);
    }
  };
  const opened = (place: string) => {
    const address = parseS3Url(place);
    const client = s3Client(address);
    const [evidence, work] = [new S3Bucket(client, address.evidence), new S3Bucket(client, address.work)];
    const stores = { evidence: new S3EvidenceStore(evidence), work: new S3WorkStore(work) };
    return { address, client, ...stores, buckets: { evidence, work }, uploads: new S3UploadStore(work) };
  };

  describe(`S3 on ${name}`, () => {
    it(
      'replaces an object only for one who knows what he replaces',
      run(async ({ work }) => {
        const key = 'system/keys/installation';
        const write = (text: string, tag?: string) => work.replace(key, Buffer.from(text), tag);
        assert.equal(await work.read(key), undefined);
        assert.deepEqual([await write('1'), await write('2')], [true, false]);
        const tag = (await work.read(key))?.tag;
        assert.deepEqual([await write('3', tag), await write('4', tag)], [true, false]);
        assert.equal(String((await work.read(key))?.bytes), '3');
        const later = (await work.read(key))?.tag;
        await work.delete(key);
        assert.equal(await write('5', later), false);
        assert.equal(await work.size(key), undefined);
      }),
    );

    it(
      'keeps an upload in parts of 16 MiB and more, that another process goes on with',
      run(async ({ uploads, buckets, work, evidence, client, address }) => {
        const bytes = noise(2 * PART_BYTES + 3_000_007);
        await uploads.begin(KEY);
        let length = 0;
        for (const size of [5_000_000, PART_BYTES, 1, bytes.length - PART_BYTES - 5_000_001]) {
          const another = new S3UploadStore(buckets.work);
          assert.equal(await another.length(KEY), length);
          const piece = bytes.subarray(length, length + size);
          length = await another.append(KEY, length, pieces(piece, 1_000_003), bytes.length);
        }
        assert.equal(length, bytes.length);
        const { Uploads = [] } = await client.send(
          new ListMultipartUploadsCommand({ Bucket: address.work, Prefix: KEY }),
        );
        assert.equal(Uploads.length, 1);
        const parts = await client.send(
          new ListPartsCommand({ ...buckets.work.at(KEY), UploadId: Uploads[0]?.UploadId }),
        );
        assert.deepEqual(
          parts.Parts?.map(({ Size }) => Size),
          [PART_BYTES, PART_BYTES],
        );
        assert.deepEqual(
          (await collect(work.list('a/'))).map(({ key }) => key),
          [KEY],
        );
        await uploads.complete(KEY);
        await uploads.complete(KEY);
        assert.equal(await uploads.length(KEY), bytes.length);
        assert.equal(await evidence.publish(work, KEY, 'a/originals/x'), 'published');
        assert.ok((await buffer(await evidence.get('a/originals/x'))).equals(bytes));
        assert.deepEqual(await collect(work.list('')), []);
      }),
    );

    it(
      'cuts back to the offset when too much comes after full parts',
      run(async ({ uploads, work }) => {
        const bytes = noise(PART_BYTES + 2_000_000);
        await uploads.begin(KEY);
        assert.equal(await uploads.append(KEY, 0, pieces(bytes.subarray(0, 1000), 100), MORE), 1000);
        const much = pieces(noise(2 * PART_BYTES, 2), 700_000);
        await assert.rejects(uploads.append(KEY, 1000, much, 2 * PART_BYTES), UploadTooLong);
        assert.equal(await uploads.length(KEY), 1000);
        await assert.rejects(uploads.append(KEY, PART_BYTES, Readable.from([]), MORE), UploadOffsetWrong);
        await uploads.append(KEY, 1000, pieces(bytes.subarray(1000), 700_000), bytes.length);
        await uploads.complete(KEY);
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
      }),
    );

    it(
      'writes again a part that was refused while its bytes were still on their way',
      run(async ({ address, work }) => {
        const seen = new Set<string>();
        const first = (url = '') => url.includes('partNumber=') && seen.size < seen.add(url).size;
        const proxy = await startRefusingProxy(targetOf(server), ({ url }) => first(url));
        const client = s3Client({ ...address, endpoint: `http://127.0.0.1:${proxy.port}` });
        const uploads = new S3UploadStore(new S3Bucket(client, address.work));
        const bytes = noise(3 * PART_BYTES + 7);
        try {
          await uploads.begin(KEY);
          await uploads.append(KEY, 0, pieces(bytes, 700_000), bytes.length);
          await uploads.complete(KEY);
          assert.equal(proxy.refused(), 4);
        } finally {
          client.destroy();
          proxy.close();
        }
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
      }),
    );

    it(
      'takes at most two parts that its state does not count, and ends with what kept it from being saved',
      run(async ({ address, uploads, work }) => {
        const bytes = noise(3 * PART_BYTES);
        const saving = ({ method, headers }: IncomingMessage) =>
          method === 'PUT' && Number(headers['x-amz-meta-parts']) > 0;
        const proxy = await startRefusingProxy(targetOf(server), saving);
        const client = s3Client({ ...address, endpoint: `http://127.0.0.1:${proxy.port}` });
        let taken = 0;
        try {
          await uploads.begin(KEY);
          const others = new S3UploadStore(new S3Bucket(client, address.work));
          const refused = others.append(KEY, 0, pieces(bytes, 65_536), bytes.length, (n) => {
            taken += n;
          });
          await assert.rejects(refused, { name: 'SlowDown' });
        } finally {
          client.destroy();
          proxy.close();
        }
        assert.ok(taken >= PART_BYTES && taken <= 2 * PART_BYTES, String(taken));
        assert.equal(await uploads.length(KEY), 0);
        await uploads.append(KEY, 0, pieces(bytes, 700_000), bytes.length);
        await uploads.complete(KEY);
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
      }),
    );

    it(
      'leaves no parts behind an upload that is aborted, nor behind a source that breaks',
      run(async ({ uploads, client, address, work }) => {
        await uploads.begin(KEY);
        await uploads.append(KEY, 0, pieces(noise(PART_BYTES + 5), 700_000), MORE);
        await uploads.abort(KEY);
        const broken = pieces(noise(2 * PART_BYTES + 5), 700_000, new Error('reset'));
        await assert.rejects(work.put('a/x', broken), /reset/);
        const left = await client.send(new ListMultipartUploadsCommand({ Bucket: address.work, Prefix: 'a/' }));
        assert.deepEqual(left.Uploads ?? [], []);
        assert.deepEqual(await collect(work.list('')), []);
      }),
    );

    it(
      'is read by a client that is not ours: bytes, and the lock on them',
      run(async ({ address, evidence }) => {
        const bytes = noise(PART_BYTES + 77);
        await evidence.put('a/originals/x', pieces(bytes, 700_000));
        const until = new Date(Date.now() + 3600_000);
        await evidence.retain('a/originals/x', { mode: 'governance', until });
        const other = minioClient(address);
        assert.ok((await buffer(await other.getObject(address.evidence, 'a/originals/x'))).equals(bytes));
        const lock = (await other.getObjectRetention(address.evidence, 'a/originals/x')) as {
          mode: string;
          retainUntilDate: string;
        };
        assert.equal(lock.mode, 'GOVERNANCE');
        assert.ok(Date.parse(lock.retainUntilDate) >= Math.floor(until.getTime() / 1000) * 1000);
      }),
    );

    it(
      'holds locks that were read back, never shorter or weaker, and deletes nothing under one',
      run(async ({ evidence }) => {
        const hours = (n: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + n * 3600_000);
        await evidence.put('a/x', noise(10));
        assert.equal(await evidence.retention('a/x'), undefined);
        const two = { mode: 'governance', until: hours(2) } as const;
        assert.ok(covers(await evidence.retain('a/x', two), two));
        assert.ok(covers(await evidence.retain('a/x', { mode: 'governance', until: hours(1) }), two));
        await assert.rejects(evidence.delete('a/x'), ObjectLocked);
        assert.equal(await evidence.size('a/x'), 10);
        await evidence.put('a/held', noise(5));
        await evidence.hold('a/held', true);
        assert.equal(await evidence.held('a/held'), true);
        await assert.rejects(evidence.delete('a/held'), ObjectLocked);
        await evidence.hold('a/held', false);
        assert.equal(await evidence.held('a/held'), false);
        await evidence.delete('a/held');
        await assert.rejects(evidence.retain('a/none', two), { name: 'ObjectMissing' });
      }),
    );

    it(
      'lets anyone read a lock from it by an address, for a while, and nothing else by that',
      run(async ({ evidence, address }) => {
        const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3600_000);
        await evidence.put('a/x', noise(10));
        await evidence.retain('a/x', { mode: 'governance', until });
        const signed = new URL(await evidence.presignRetention('a/x', 300));
        assert.equal(signed.searchParams.get('X-Amz-Expires'), '300');
        assert.ok(signed.searchParams.has('versionId') && signed.searchParams.has('retention'));
        const answer = await fetch(signed);
        const xml = await answer.text();
        assert.equal(answer.status, 200, xml);
        assert.equal(/<Mode>(\w+)<\/Mode>/.exec(xml)?.[1], 'GOVERNANCE');
        const told = Date.parse(/<RetainUntilDate>([^<]+)</.exec(xml)?.[1] ?? '');
        assert.equal(told, until.getTime());

        const refused = async (changed: URL, method = 'GET') => {
          const { status, ...rest } = await fetch(changed, { method });
          assert.equal(status, 403, `${method} ${changed}${JSON.stringify(rest)}`);
        };
        const changed = (change: (url: URL) => void) => {
          const url = new URL(signed);
          change(url);
          return url;
        };
        await refused(changed(({ searchParams }) => searchParams.delete('retention')));
        await refused(changed((url) => (url.search = url.search.replace('retention=', 'legal-hold='))));
        await refused(changed((url) => (url.pathname = url.pathname.replace(/x$/, 'y'))));
        await refused(changed(({ searchParams }) => searchParams.set('X-Amz-Expires', '3000')));
        await refused(changed((url) => (url.search = '')));
        for (const method of ['PUT', 'DELETE', 'HEAD']) await refused(signed, method);

        const short = await evidence.presignRetention('a/x', 5);
        assert.equal((await fetch(short)).status, 200);
        for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(200))
          if ((await fetch(short)).status === 403) break;
        await refused(new URL(short));
        await assert.rejects(evidence.presignRetention('a/none', 300), { name: 'ObjectMissing' });
        assert.ok(!signed.href.includes(address.credentials?.secretAccessKey ?? '!'));
      }),
    );

    it(
      'locks from the first moment what it writes and copies, so that no crash leaves it without',
      run(async ({ buckets, work }) => {
        const lock = { mode: 'governance', until: new Date(Math.ceil(Date.now() / 1000) * 1000 + 3600_000) } as const;
        const evidence = new S3EvidenceStore(buckets.evidence);
        await evidence.put('a/small', noise(10), lock);
        await work.put('a/from', noise(100));
        await evidence.publish(work, 'a/from', 'a/copied', lock);
        await evidence.put('a/large', pieces(noise(PART_BYTES + 5), 700_000), lock);
        // Ceph takes a lock with a copy or an upload in parts and drops it: who counts on it sets it again and reads it back.
        const heeded = name === 'ceph' ? ['a/small'] : ['a/small', 'a/copied', 'a/large'];
        for (const key of heeded) assert.ok(covers(await evidence.retention(key), lock), key);
      }),
    );

    it(
      'takes what is there already, and nothing else under its key, where locks are demanded',
      run(async ({ address, buckets }) => {
        const url = new URL(server);
        url.pathname = `/${address.evidence}`;
        const config = readConfig({ OBJECTS_URL: url.href, OBJECT_LOCK: 'required' });
        const { evidence, prepareObjects, closeObjects } = openObjects(config, () => new Date());
        try {
          await prepareObjects();
          for (let time = 0; time < 2; time += 1) assert.equal(await evidence.put('a/x', noise(10)), 10);
          await assert.rejects(evidence.put('a/x', noise(10, 2)), ObjectExists);
          assert.equal((await buckets.evidence.versions('a/x')).length, 1);
          assert.ok((await buffer(await evidence.get('a/x'))).equals(noise(10)));
        } finally {
          closeObjects();
        }
      }),
    );

    it(
      'tells by a probe what the server really does',
      run(async ({ buckets, evidence, work }) => {
        const found = await probeAbilities(buckets.evidence, new Date());
        assert.deepEqual(
          { ...found, checksums: true },
          { versions: true, conditions: name !== 'ceph', retention: true, hold: true, checksums: true },
        );
        const plain = await probeAbilities(buckets.work, new Date());
        assert.deepEqual(
          { ...plain, checksums: true },
          { versions: false, conditions: false, retention: false, hold: false, checksums: true },
        );
        assert.deepEqual(await collect(evidence.list('')), []);
        assert.deepEqual(await collect(work.list('')), []);
      }),
    );

    it(
      'takes no 503 for a no, and a probe that was cut short under its hold goes with a later one',
      run(async ({ buckets, address }) => {
        let holds = 0;
        const lifting = (method = '', url = '') => method === 'PUT' && url.includes('legal-hold') && ++holds > 1;
        const proxy = await startRefusingProxy(targetOf(server), ({ method, url }) => lifting(method, url));
        const client = s3Client({ ...address, endpoint: `http://127.0.0.1:${proxy.port}` });
        const start = Date.now();
        try {
          const probed = probeAbilities(new S3Bucket(client, address.evidence), new Date(start));
          await assert.rejects(probed, { name: 'SlowDown' });
          assert.ok(proxy.refused() > 1);
        } finally {
          client.destroy();
          proxy.close();
        }
        const left = (await collect(buckets.evidence.list(PROBE_PREFIX))).map(({ key }) => key);
        assert.equal(left.length, 1);
        await assert.rejects(buckets.evidence.remove(left[0] as string, await versionOf(buckets.evidence, left[0])));
        const { hold } = await probeAbilities(buckets.evidence, new Date(start + 2 * 3600_000));
        assert.equal(hold, true);
        assert.equal(await versionOf(buckets.evidence, left[0]), undefined);
      }),
    );
  });
}
