import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { describe, it } from 'mocha';
import { UploadOffsetWrong, UploadTooLong } from '../../storage/objects/object-store.ts';
import { s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { PART_BYTES } from '../../storage/objects/s3-parts.ts';
import { S3UploadStore } from '../../storage/objects/s3-uploads.ts';
import { collect } from '../contracts/engine.ts';
import { noise, pieces } from '../contracts/object-store.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { startRefusingProxy, targetOf } from '../support/refusing-proxy.ts';
import { onBucketsOf } from './s3-buckets.ts';

const KEY = 'a/uploads/u1';
const MORE = Number.MAX_SAFE_INTEGER;

for (const [name, server] of Object.entries(s3Urls)) {
  const run = onBucketsOf(server);

  describe(`uploads on S3 on ${name}`, () => {
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
      'notes its state once a second at most, however fast parts come, and goes on from a note that parts went beyond',
      run(async ({ address, uploads, work }) => {
        const bytes = noise(6 * PART_BYTES);
        let notes = 0;
        let broken = false;
        const proxy = await startRefusingProxy(targetOf(server), ({ method, url = '', headers }) => {
          if (method === 'PUT' && Number(headers['x-amz-meta-parts']) > 0) notes += 1;
          return broken && url.includes('partNumber=6');
        });
        const client = s3Client({ ...address, endpoint: `http://127.0.0.1:${proxy.port}` });
        const others = new S3UploadStore(new S3Bucket(client, address.work));
        try {
          await uploads.begin(KEY);
          const began = performance.now();
          await others.append(KEY, 0, pieces(bytes, 700_000), bytes.length);
          const seconds = Math.ceil((performance.now() - began) / 1000);
          // The first part, each second, and the end.
          assert.ok(notes <= 1 + seconds + 1, `${notes} notes in ${seconds} s`);
          await uploads.abort(KEY);
          await uploads.begin(KEY);
          broken = true;
          const refused = others.append(KEY, 0, pieces(bytes, 700_000), bytes.length);
          await assert.rejects(refused, { name: 'SlowDown' });
        } finally {
          client.destroy();
          proxy.close();
        }
        const noted = (await uploads.length(KEY)) ?? 0;
        assert.ok(noted >= PART_BYTES && noted < 6 * PART_BYTES, String(noted));
        await uploads.append(KEY, noted, pieces(bytes.subarray(noted), 700_000), bytes.length);
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
  });
}
