import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { readConfig } from '../../server/config.ts';
import { openObjects } from '../../server/engines.ts';
import { covers, ObjectLocked } from '../../storage/objects/object-locks.ts';
import { ObjectExists } from '../../storage/objects/object-store.ts';
import { S3EvidenceStore } from '../../storage/objects/s3.ts';
import { s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { PART_BYTES } from '../../storage/objects/s3-parts.ts';
import { PROBE_PREFIX, probeAbilities } from '../../storage/objects/s3-probe.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { collect } from '../contracts/engine.ts';
import { noise, pieces } from '../contracts/object-store.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { startRefusingProxy, targetOf } from '../support/refusing-proxy.ts';
import { onBucketsOf } from './s3-buckets.ts';

const versionOf = async (bucket: S3Bucket, key = '') => (await bucket.versions(key))[0]?.id;

for (const [name, server] of Object.entries(s3Urls)) {
  const run = onBucketsOf(server);

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
