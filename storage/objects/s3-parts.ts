/** Objects in parts: S3's multipart uploads. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { S3Bucket, Written } from './s3-bucket.ts';
import { isMissing } from './s3-errors.ts';

/** Every part but the last; S3 asks for 5 MiB at least. */
export const PART_BYTES = 16 * 1024 * 1024;
export const MAX_PARTS = 10_000;
const COPY_PART_BYTES = 512 * 1024 * 1024;

/** What an object in parts carries from its first moment. */
type Carried = Pick<CreateMultipartUploadCommandInput, 'Metadata' | 'ObjectLockMode' | 'ObjectLockRetainUntilDate'>;

export async function beginParts(bucket: S3Bucket, key: string, carried: Carried = {}): Promise<string> {
  const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand({ ...bucket.at(key), ...carried }));
  return UploadId as string;
}

/** Resolves to the part's entity tag; `repeated`: an earlier request, which failed, may still be reading the body. */
export async function putPart(bucket: S3Bucket, key: string, uploadId: string, number: number, body: Uint8Array) {
  const { ETag, $metadata } = await bucket.client.send(
    new UploadPartCommand({
      ...bucket.at(key),
      UploadId: uploadId,
      PartNumber: number,
      Body: body,
      ContentLength: body.length,
    }),
  );
  return { tag: ETag as string, repeated: $metadata.attempts !== 1 };
}

export async function completeParts(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  tags: readonly string[],
  condition: { IfNoneMatch?: string } = {},
) {
  const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
  const { VersionId } = await bucket.client.send(
    new CompleteMultipartUploadCommand({
      ...bucket.at(key),
      ...condition,
      UploadId: uploadId,
      MultipartUpload: { Parts },
    }),
  );
  return VersionId;
}

/** Entity tags of the first `count` parts. Throws when the server does not hold all of them in their size. */
export async function tagsOfParts(bucket: S3Bucket, key: string, uploadId: string, count: number): Promise<string[]> {
  const tags: string[] = [];
  for (let PartNumberMarker: string | undefined; tags.length < count; ) {
    const page = await bucket.client.send(
      new ListPartsCommand({ ...bucket.at(key), UploadId: uploadId, PartNumberMarker }),
    );
    for (const { PartNumber, Size, ETag = '' } of page.Parts ?? []) {
      if (tags.length === count) break;
      if (PartNumber !== tags.length + 1 || Size !== PART_BYTES) throw partsDiffer(key);
      tags.push(ETag);
    }
    if (!page.IsTruncated && tags.length < count) throw partsDiffer(key);
    PartNumberMarker = page.NextPartNumberMarker;
  }
  return tags;
}

const partsDiffer = (key: string) => new Error(`上传分段不完整 / parts of the upload are not what was written: ${key}`);

/** Idempotent. */
export async function abortParts(bucket: S3Bucket, key: string, uploadId: string): Promise<void> {
  try {
    await bucket.client.send(new AbortMultipartUploadCommand({ ...bucket.at(key), UploadId: uploadId }));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Puts an object of several blocks, each of PART_BYTES but the last. Nothing is left when a block fails. */
export async function putParts(
  bucket: S3Bucket,
  key: string,
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
  condition: { IfNoneMatch?: string },
  carried: Carried = {},
): Promise<Written> {
  const uploadId = await beginParts(bucket, key, carried);
  try {
    const tags: string[] = [];
    let size = 0;
    const put = async (block: Uint8Array) => {
      tags.push((await putPart(bucket, key, uploadId, tags.length + 1, block)).tag);
      size += block.length;
    };
    for (const block of first) await put(block);
    for await (const block of rest) await put(block);
    return { size, versionId: await completeParts(bucket, key, uploadId, tags, condition) };
  } catch (error) {
    await abortParts(bucket, key, uploadId).catch(() => {});
    throw error;
  }
}

/** Copies an object that is too large for one request, inside the server; resolves to its version, where the server says. */
export async function copyParts(
  bucket: S3Bucket,
  source: Pick<UploadPartCopyCommandInput, 'CopySource' | 'CopySourceIfMatch'>,
  to: string,
  size: number,
  carried: Carried,
): Promise<string | undefined> {
  const uploadId = await beginParts(bucket, to, carried);
  try {
    const tags: string[] = [];
    for (let start = 0; start < size; start += COPY_PART_BYTES) {
      const end = Math.min(start + COPY_PART_BYTES, size) - 1;
      const { CopyPartResult } = await bucket.client.send(
        new UploadPartCopyCommand({
          ...bucket.at(to),
          ...source,
          UploadId: uploadId,
          PartNumber: tags.length + 1,
          CopySourceRange: `bytes=${start}-${end}`,
        }),
      );
      tags.push(CopyPartResult?.ETag as string);
    }
    return await completeParts(bucket, to, uploadId, tags);
  } catch (error) {
    await abortParts(bucket, to, uploadId).catch(() => {});
    throw error;
  }
}
