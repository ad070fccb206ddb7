import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import {
  ObjectExists,
  ObjectMissing,
  UploadBusy,
  UploadOffsetWrong,
  UploadTooLong,
} from '../../storage/objects/object-store.ts';
import { using } from './engine.ts';
import { noise, type ObjectEngine, pieces, type Stores } from './object-store.ts';

const KEY = 'a/uploads/u1';
const MORE = Number.MAX_SAFE_INTEGER;

/** What every engine of uploads must keep. */
export function uploadStoreContract(name: string, engine: ObjectEngine): void {
  const run = (use: (stores: Stores) => Promise<void>) => () => using(engine, use);

  describe(`upload store on ${name}`, () => {
    it(
      'joins what comes in pieces into an object of the work store',
      run(async ({ uploads, work, evidence }) => {
        const bytes = noise(5_300_007);
        await uploads.begin(KEY);
        assert.equal(await uploads.length(KEY), 0);
        let length = 0;
        let counted = 0;
        for (const [size, by] of [
          [0, 1],
          [1, 1],
          [1_048_576, 16_384],
          [3_000_000, 65_536],
          [1, 1],
          [1_251_429, 999],
        ] as const) {
          const piece = bytes.subarray(length, length + size);
          length = await uploads.append(KEY, length, pieces(piece, by), bytes.length, (n) => {
            counted += n;
          });
          assert.equal(await uploads.length(KEY), length);
        }
        assert.equal(length, bytes.length);
        assert.equal(counted, bytes.length);
        await uploads.complete(KEY);
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
        assert.equal(await evidence.publish(work, KEY, 'a/originals/x'), 'published');
        assert.equal(await uploads.length(KEY), undefined);
      }),
    );

    it(
      'keeps what came before a source broke',
      run(async ({ uploads, work }) => {
        const bytes = noise(2_500_000);
        await uploads.begin(KEY);
        const half = await uploads.append(
          KEY,
          0,
          pieces(bytes.subarray(0, 1_700_003), 60_000, new Error('reset')),
          MORE,
        );
        assert.equal(half, 1_700_003);
        assert.equal(await uploads.length(KEY), half);
        const destroyed = new PassThrough();
        destroyed.destroy();
        assert.equal(await uploads.append(KEY, half, destroyed, MORE), half);
        assert.equal(await uploads.append(KEY, half, pieces(bytes.subarray(half), 60_000), MORE), bytes.length);
        await uploads.complete(KEY);
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
      }),
    );

    it(
      'keeps what came of a request whose client went away',
      run(async ({ uploads, work }) => {
        const bytes = noise(900_000);
        await uploads.begin(KEY);
        const length = await abortedRequest(bytes, (source, onBytes) => uploads.append(KEY, 0, source, MORE, onBytes));
        assert.equal(length, bytes.length);
        await uploads.complete(KEY);
        assert.ok((await buffer(await work.get(KEY))).equals(bytes));
      }),
    );

    it(
      'cuts back to the offset when too much comes, and leaves the source open for an answer',
      run(async ({ uploads }) => {
        await uploads.begin(KEY);
        await uploads.append(KEY, 0, pieces(noise(1000), 100), 1000);
        const source = pieces(noise(4_000_000), 65_536);
        await assert.rejects(uploads.append(KEY, 1000, source, 3_000_000), UploadTooLong);
        assert.equal(source.destroyed, false);
        assert.equal(await uploads.length(KEY), 1000);
        assert.equal(await uploads.append(KEY, 1000, pieces(noise(500), 100), 1500), 1500);
        await assert.rejects(uploads.append(KEY, 1500, pieces(noise(1), 1), 1500), UploadTooLong);
      }),
    );

    it(
      'refuses another offset, a second writer, a second beginning and what is not there',
      run(async ({ uploads }) => {
        await assert.rejects(uploads.append(KEY, 0, pieces(noise(1), 1), MORE), ObjectMissing);
        await assert.rejects(uploads.complete(KEY), ObjectMissing);
        await uploads.begin(KEY);
        await assert.rejects(uploads.begin(KEY), ObjectExists);
        for (const offset of [1, -1]) {
          await assert.rejects(uploads.append(KEY, offset, pieces(noise(1), 1), MORE), UploadOffsetWrong);
        }
        const slow = new PassThrough();
        const first = uploads.append(KEY, 0, slow, MORE);
        await assert.rejects(uploads.append(KEY, 0, pieces(noise(9), 1), MORE), UploadBusy);
        slow.end(noise(7));
        assert.equal(await first, 7);
        await assert.rejects(uploads.append(KEY, 0, pieces(noise(9), 1), MORE), UploadOffsetWrong);
        await uploads.abort(KEY);
        await uploads.abort(KEY);
        assert.equal(await uploads.length(KEY), undefined);
        await uploads.begin(KEY);
        assert.equal(await uploads.length(KEY), 0);
      }),
    );
  });
}

/** Sends less than was announced, and hangs up when it has arrived. */
async function abortedRequest(
  bytes: Buffer,
  receive: (source: IncomingMessage, onBytes: (n: number) => void) => Promise<number>,
): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-length': bytes.length + 1000 };
  const client = request({ port, host: '127.0.0.1', method: 'PATCH', headers });
  client.on('error', () => {});
  client.write(bytes);
  const [source] = (await once(server, 'request')) as [IncomingMessage];
  let arrived = 0;
  const length = await receive(source, (n) => {
    arrived += n;
    if (arrived === bytes.length) client.destroy();
  });
  server.close();
  return length;
}
