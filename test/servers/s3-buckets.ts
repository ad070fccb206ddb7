import { S3EvidenceStore, S3WorkStore } from '../../storage/objects/s3.ts';
import { parseS3Url, s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { S3UploadStore } from '../../storage/objects/s3-uploads.ts';
import { engineOn } from '../contracts/s3-objects.ts';

/** The stores on a pair of buckets, by a client of its own. */
function opened(place: string) {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const [evidence, work] = [new S3Bucket(client, address.evidence), new S3Bucket(client, address.work)];
  const stores = { evidence: new S3EvidenceStore(evidence), work: new S3WorkStore(work) };
  return { address, client, ...stores, buckets: { evidence, work }, uploads: new S3UploadStore(work) };
}

/** Tests that each have a pair of buckets on a server to themselves. */
export const onBucketsOf = (server: string) => (use: (on: ReturnType<typeof opened>) => Promise<void>) => async () => {
  const engine = engineOn(server);
  const place = await engine.place();
  const on = opened(place);
  try {
    await use(on);
  } finally {
    on.client.destroy();
    await engine.discard(place);
  }
};
