import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseS3Url } from '../../../storage/objects/s3-address.ts';

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
});
