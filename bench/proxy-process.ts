import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { parseS3Url, s3Client } from '../storage/objects/s3-address.ts';

/**
 * What any service between a client and the S3 server costs: a proxy that only passes bytes on, without a check, an entry or a lock. Told the
 * address of the objects, it says its port.
 */
const address = parseS3Url(process.argv[2] ?? '');
const client = s3Client(address);

async function pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const object = { Bucket: address.work, Key: (req.url ?? '').slice(1) };
  if (req.method === 'PUT') {
    const ContentLength = Number(req.headers['content-length']);
    await client.send(new PutObjectCommand({ ...object, Body: req, ContentLength }));
    res.writeHead(204).end();
    return;
  }
  const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ ...object, Range: req.headers.range }));
  res.writeHead(206, { 'Content-Length': ContentLength });
  await pipeline(Body as NodeJS.ReadableStream, res);
}

const server = createServer((req, res) => {
  pass(req, res).catch((error: Error) => res.destroy(error));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
