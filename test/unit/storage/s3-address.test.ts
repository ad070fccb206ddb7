import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, it } from 'mocha';
import { parseS3Url, s3Client } from '../../../storage/objects/s3-address.ts';

describe('addresses of object stores', () => {
  it('give endpoint, credentials and both buckets, with defaults by the host', () => {
    assert.deepEqual(parseS3Url('s3://key:se%2Fcret%3A@127.0.0.1:9000/evidence'), {
      endpoint: 'http://127.0.0.1:9000',
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'se/cret:' },
      evidence: 'evidence',
      work: 'evidence-work',
      pathStyle: true,
      checksums: 'required',
    });
    const aws = parseS3Url('s3://s3.cn-north-1.amazonaws.com/evidence?region=cn-north-1&checksums=always');
    assert.equal(aws.endpoint, 'https://s3.cn-north-1.amazonaws.com');
    assert.equal(aws.credentials, undefined);
    assert.deepEqual([aws.pathStyle, aws.checksums, aws.region], [false, 'always', 'cn-north-1']);
    assert.equal(parseS3Url('s3://k:s@store.gov.cn/evidence').endpoint, 'https://store.gov.cn');
    assert.equal(parseS3Url('s3://k:s@store.gov.cn/evidence?tls=false').endpoint, 'http://store.gov.cn');
  });

  it('are refused when they are anything else, without telling the secret', () => {
    for (const text of [
      '',
      's3://',
      'http://k:secret@host/evidence',
      's3://k:secret@host',
      's3://k:secret@host/',
      's3://k:secret@host/Evidence',
      's3://k:secret@host/evidence/more',
      's3://k:secret@host/a',
      's3://k@host/evidence',
      's3://k:secret@host/evidence?tls=yes',
      's3://k:secret@host/evidence?checksums=never',
      's3://k:secret@host/evidence?bucket=x',
    ]) {
      assert.throws(
        () => parseS3Url(text),
        (error: Error) => error instanceof TypeError && !error.message.includes('secret@'),
        text,
      );
    }
  });

  it('sign a large body where neither TLS nor the machine itself keeps it whole', async () => {
    const digests: unknown[] = [];
    const server = createServer((req, res) => {
      digests.push(req.headers['x-amz-content-sha256']);
      req.resume().on('end', () => res.end());
    });
    server.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const put = async (host: string, bytes: number) => {
      const client = s3Client(parseS3Url(`s3://k:s@${host}:${port}/evidence?tls=false`));
      await client.send(new PutObjectCommand({ Bucket: 'evidence', Key: 'x', Body: Buffer.alloc(bytes) }));
      client.destroy();
    };
    try {
      for (const host of ['127.0.0.1', '0.0.0.0']) for (const bytes of [2 ** 20, 2 ** 20 - 1]) await put(host, bytes);
    } finally {
      server.close();
    }
    const sha256 = (bytes: number) => createHash('sha256').update(Buffer.alloc(bytes)).digest('hex');
    const small = sha256(2 ** 20 - 1);
    assert.deepEqual(digests, ['UNSIGNED-PAYLOAD', small, sha256(2 ** 20), small]);
  });
});
