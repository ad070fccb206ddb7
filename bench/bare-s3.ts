/** What a user would pick instead of the service, on the same S3 server: its SDK alone; and what passing bytes on costs alone. Rates are bytes a second. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { parseS3Url, s3Client } from '../storage/objects/s3-address.ts';
import { inRanges } from './reading.ts';
import { since } from './report.ts';
import { MiB } from './sample.ts';

const KEY = 'bench';
const DAY_MS = 86_400_000;

async function put(client: S3Client, to: { Bucket: string; Key: string }, path: string, size: number): Promise<void> {
  const Body = createReadStream(path, { highWaterMark: MiB });
  await client.send(new PutObjectCommand({ ...to, Body, ContentLength: size }));
}

/** Into the work bucket, where nothing is locked. */
export async function bareUpload(place: string, path: string, size: number): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const began = performance.now();
  await put(client, { Bucket: address.work, Key: KEY }, path, size);
  const seconds = since(began);
  client.destroy();
  return size / seconds;
}

/** What someone would write for the same end: put, read back with both digests, copied by the server, locked, and the lock read back. */
export async function bareSealing(place: string, path: string, size: number): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const [from, to] = [
    { Bucket: address.work, Key: KEY },
    { Bucket: address.evidence, Key: randomUUID() },
  ];
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + DAY_MS) } as const;
  const began = performance.now();
  await put(client, from, path, size);
  const digests = [createHash('sha256'), createHash('sm3')];
  const { Body } = await client.send(new GetObjectCommand(from));
  for await (const chunk of Body as AsyncIterable<Buffer>) for (const digest of digests) digest.update(chunk);
  for (const digest of digests) digest.digest('hex');
  await client.send(new CopyObjectCommand({ ...to, CopySource: `${address.work}/${KEY}` }));
  await client.send(new PutObjectRetentionCommand({ ...to, Retention }));
  const kept = await client.send(new GetObjectRetentionCommand(to));
  const seconds = since(began);
  client.destroy();
  if (kept.Retention?.Mode !== Retention.Mode) throw new Error('the lock was not kept');
  return size / seconds;
}

export async function bareRanges(place: string, size: number, connections: number): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const read = async (start: number, end: number) => {
    const Range = `bytes=${start}-${end}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: address.work, Key: KEY, Range }));
    await pipeline(Body as NodeJS.ReadableStream, async (source) => {
      for await (const _ of source);
    });
  };
  return await inRanges(size, connections, read).finally(() => client.destroy());
}

export interface BareProxy {
  child: ChildProcess;
  /** Of the object that the bare side writes and reads. */
  url: string;
}

export async function startProxy(place: string): Promise<BareProxy> {
  const child = fork(fileURLToPath(new URL('proxy-process.ts', import.meta.url)), [place]);
  const [port] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}/${KEY}` };
}

export async function proxiedUpload(url: string, path: string, size: number): Promise<number> {
  const began = performance.now();
  const put = request(url, { method: 'PUT', headers: { 'Content-Length': size } });
  createReadStream(path, { highWaterMark: MiB }).pipe(put);
  const [answer] = await once(put, 'response');
  answer.resume();
  if (answer.statusCode !== 204) throw new Error(`the proxy answers ${answer.statusCode}`);
  return size / since(began);
}
