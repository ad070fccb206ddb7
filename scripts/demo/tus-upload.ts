import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type IncomingMessage, request as plain, type RequestOptions } from 'node:http';
import { request as secure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { expect } from './steps.ts';

/** Bytes in one PATCH. */
const PIECE = 8 * 1024 * 1024;
/** Answers of 409 that are still taken for the end of the broken request. */
const MOVES = 20;
const OCTETS = 'application/offset+octet-stream';

export interface Uploaded {
  recordId: string;
  /** Offset that the server had after the break. */
  resumedAt: number;
}

/**
 * Uploads a file by tus 1.0 with plain HTTP requests, and breaks the connection once in the middle: the socket is destroyed, the server
 * is asked how far it came, and the rest follows from there.
 */
export async function uploadWithBreak(
  api: Api,
  path: string,
  size: number,
  metadata: Record<string, string>,
  onBytes: (bytes: number) => void,
): Promise<Uploaded> {
  const location = await create(api, size, metadata);
  const half = Math.floor(size / 2);
  await sendBroken(api, location, path, size, half, onBytes);
  const resumedAt = await offsetOf(api, location);
  onBytes(resumedAt - half);
  const recordId = await sendRest(api, location, path, resumedAt, size, onBytes);
  return { recordId, resumedAt };
}

/** Goes on piece by piece. What the server still wrote of the broken request after it was asked moves the offset once more: 409. */
async function sendRest(
  api: Api,
  location: string,
  path: string,
  from: number,
  size: number,
  onBytes: (bytes: number) => void,
): Promise<string> {
  let offset = from;
  for (let moved = 0; ; ) {
    const end = Math.min(size, offset + PIECE);
    const answer = await patch(api, location, path, offset, end, onBytes);
    if (answer.statusCode === 409 && moved < MOVES) {
      moved += 1;
      answer.resume();
      offset = await offsetOf(api, location);
      continue;
    }
    expect(answer.statusCode === 204, '上传应被接受', `PATCH answers ${answer.statusCode}: ${await textOf(answer)}`);
    answer.resume();
    offset = Number(answer.headers['upload-offset']);
    expect(offset === end, '服务器应收到全部字节', `the server has ${offset} bytes of ${end}`);
    if (offset === size) return String(answer.headers['tiezheng-record'] ?? location.split('/').at(-1));
  }
}

async function create(api: Api, size: number, metadata: Record<string, string>): Promise<string> {
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  const headers = { 'Upload-Length': String(size), 'Upload-Metadata': pairs.join(','), 'Content-Length': '0' };
  const request = begin(api, '/uploads', { method: 'POST', headers });
  request.end();
  const answer = await answerOf(request);
  const location = answer.headers.location ?? '';
  expect(
    answer.statusCode === 201 && location !== '',
    '上传应被创建',
    `POST answers ${answer.statusCode}: ${await textOf(answer)}`,
  );
  return api.url(new URL(location, api.url('/uploads')).pathname);
}

/** Announces the whole file, sends the first half of it and destroys the socket. */
async function sendBroken(
  api: Api,
  location: string,
  path: string,
  size: number,
  half: number,
  onBytes: (bytes: number) => void,
) {
  const request = begin(api, location, { method: 'PATCH', headers: patchHeaders(0, size) });
  request.on('error', () => {});
  request.flushHeaders();
  if (half > 0) {
    const source = createReadStream(path, { end: half - 1, highWaterMark: 1024 * 1024 });
    source.on('data', (chunk) => onBytes(chunk.length));
    await pipeline(source, request, { end: false }).catch(() => {});
  }
  await sleep(100);
  request.destroy();
}

/** How far the server came; the broken connection may hold the upload for a moment. */
async function offsetOf(api: Api, location: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const request = begin(api, location, { method: 'HEAD' });
    request.end();
    const answer = await answerOf(request);
    answer.resume();
    if (answer.statusCode === 200) return Number(answer.headers['upload-offset']);
    expect(attempt < 20 && answer.statusCode === 423, '应能查询续传位置', `HEAD answers ${answer.statusCode}`);
    await sleep(100 * attempt);
  }
}

async function patch(
  api: Api,
  location: string,
  path: string,
  start: number,
  end: number,
  onBytes: (bytes: number) => void,
) {
  const request = begin(api, location, { method: 'PATCH', headers: patchHeaders(start, end - start) });
  const answer = answerOf(request);
  if (end === start) request.end();
  else {
    const source = createReadStream(path, { start, end: end - 1, highWaterMark: 1024 * 1024 });
    source.on('data', (chunk) => onBytes(chunk.length));
    source.on('error', (error) => request.destroy(error));
    source.pipe(request);
    answer.then(
      () => source.destroy(),
      () => source.destroy(),
    );
  }
  return await answer;
}

const patchHeaders = (offset: number, length: number) => ({
  'Content-Type': OCTETS,
  'Upload-Offset': String(offset),
  'Content-Length': String(length),
});

function begin(api: Api, target: string, options: RequestOptions) {
  const url = new URL(target.startsWith('http') ? target : api.url(target));
  const headers = { 'Tus-Resumable': '1.0.0', Cookie: api.cookie, 'Accept-Language': 'zh', ...options.headers };
  return (url.protocol === 'https:' ? secure : plain)(url, { ...options, headers } as RequestOptions);
}

async function answerOf(request: ReturnType<typeof begin>): Promise<IncomingMessage> {
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text.slice(0, 500);
}
