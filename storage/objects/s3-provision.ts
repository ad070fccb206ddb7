import { Client } from 'minio';
import type { S3Address } from './s3-address.ts';

/** Past any term of an upload in the settings: what nobody ended by then, nobody will. */
const ABANDONED_DAYS = 400;
const UNKNOWN_RULE = ['InvalidArgument', 'MalformedXML', 'NotImplemented'];

/** A client that is not the service's own, for making buckets and for checking from outside what the service wrote. */
export function minioClient({ endpoint, region, credentials, pathStyle }: S3Address): Client {
  const { hostname, port, protocol } = new URL(endpoint);
  return new Client({
    endPoint: hostname,
    ...(port && { port: Number(port) }),
    useSSL: protocol === 'https:',
    region,
    pathStyle,
    accessKey: credentials?.accessKeyId ?? '',
    secretKey: credentials?.secretAccessKey ?? '',
  });
}

/**
 * Makes the two buckets of an installation where they are not there: evidence with versions and Object Lock, which can be had at the making
 * only, and without a default retention; work with neither. Resolves to what was made. Can be repeated.
 */
export async function provisionS3(address: S3Address): Promise<string[]> {
  const client = minioClient(address);
  const made: string[] = [];
  if (!(await client.bucketExists(address.evidence))) {
    await client.makeBucket(address.evidence, address.region, { ObjectLocking: true });
    made.push(address.evidence);
  }
  if (!(await client.bucketExists(address.work))) {
    await client.makeBucket(address.work, address.region);
    made.push(address.work);
  }
  const abandoned = { ID: 'abandoned-uploads', Status: 'Enabled', Filter: { Prefix: '' } };
  const rules = { Rule: [{ ...abandoned, AbortIncompleteMultipartUpload: { DaysAfterInitiation: ABANDONED_DAYS } }] };
  try {
    await client.setBucketLifecycle(address.work, rules);
  } catch (error) {
    // MinIO knows no such rule: it has a term of its own for the whole server (MINIO_API_STALE_UPLOADS_EXPIRY).
    if (!UNKNOWN_RULE.includes(String((error as { code?: unknown }).code))) throw error;
  }
  return made;
}
