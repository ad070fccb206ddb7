import { randomUUID } from 'node:crypto';
import { DeleteBucketCommand, DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { S3EvidenceStore, S3WorkStore } from '../../storage/objects/s3.ts';
import { parseS3Url, s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { S3Locks } from '../../storage/objects/s3-locks.ts';
import { PROBE_PREFIX } from '../../storage/objects/s3-probe.ts';
import { provisionS3 } from '../../storage/objects/s3-provision.ts';
import { S3UploadStore } from '../../storage/objects/s3-uploads.ts';
import type { ObjectEngine } from './object-store.ts';

/** Addresses of the S3 servers that the suites of servers run on, by name; `npm run test:servers` sets them. A place is two buckets. */
export const s3Urls: Record<string, string> = JSON.parse(process.env.TEST_S3_URLS ?? '{}');
/** The one that TEST_S3 names, else the first; '' where there is none. For what runs on one server at a time. */
export const s3Name = process.env.TEST_S3 ?? Object.keys(s3Urls)[0] ?? '';
export const s3Server = s3Urls[s3Name] ?? '';

export const engineOn = (server: string): ObjectEngine => ({
  async place() {
    const url = new URL(server);
    url.pathname = `/tz-${randomUUID()}`;
    await provisionS3(parseS3Url(url.href));
    return url.href;
  },
  async open(place) {
    const address = parseS3Url(place);
    const client = s3Client(address);
    const work = new S3Bucket(client, address.work);
    return {
      store: {
        evidence: new S3EvidenceStore(new S3Bucket(client, address.evidence)),
        work: new S3WorkStore(work),
        uploads: new S3UploadStore(work),
      },
      close: async () => client.destroy(),
    };
  },
  async discard(place) {
    const address = parseS3Url(place);
    const client = s3Client(address);
    for (const Bucket of [address.evidence, address.work]) {
      for (;;) {
        const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
        const all = [...Versions, ...DeleteMarkers];
        if (all.length === 0) break;
        for (const { Key, VersionId } of all) {
          const own = Bucket === address.evidence;
          // A process that was killed may have left a probe under its hold.
          if (own && Key?.startsWith(PROBE_PREFIX))
            await new S3Locks(new S3Bucket(client, Bucket)).hold(Key, false).catch(() => {});
          await client.send(
            new DeleteObjectCommand({ Bucket, Key, ...(own && { VersionId, BypassGovernanceRetention: true }) }),
          );
        }
      }
      await client.send(new DeleteBucketCommand({ Bucket }));
    }
    client.destroy();
  },
});
