import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../scripts/demo/api.ts';
import type { Sample } from './sample.ts';

/** Sends a file by tus 1.0 and waits until it is sealed. Returns the record's id. */
export const byTus = async (api: Api, sample: Sample, piece: number): Promise<string> =>
  await sealed(api, await sendByTus(api, sample, piece));

/** Sends a file by tus 1.0 with bare PATCH requests of `piece` bytes, until it is acknowledged. Returns the record's id. */
export async function sendByTus(api: Api, sample: Sample, piece: number): Promise<string> {
  const { size } = sample;
  const created = send(api, '/uploads', 'POST', { 'Upload-Length': size, 'Content-Length': 0 });
  created.end();
  const location = new URL((await answerOf(created, 201)).headers.location ?? '', api.url('/uploads')).pathname;
  for (let at = 0; at < size; at += piece) {
    const end = Math.min(size, at + piece);
    const headers = {
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': at,
      'Content-Length': end - at,
    };
    const patch = send(api, location, 'PATCH', headers);
    sample.read(at, end).pipe(patch);
    await answerOf(patch, 204);
  }
  return location.split('/').at(-1) ?? '';
}

/** Sends a file as the one part of a form, and waits until it is sealed. Returns the record's id. */
export async function byForm(api: Api, sample: Sample): Promise<string> {
  const boundary = 'tiezheng-bench';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="bench.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  // A form takes the types of the list only: this is the beginning of a WAV file.
  const wav = Buffer.alloc(64);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(Math.min(sample.size + wav.length - 8, 0xffffffff), 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  const post = send(api, '/records', 'POST', {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': head.length + wav.length + sample.size + tail.length,
  });
  post.write(head);
  post.write(wav);
  const source = sample.read(0, sample.size);
  source.pipe(post, { end: false });
  await once(source, 'end');
  post.end(tail);
  const { records } = JSON.parse(await textOf(await answerOf(post, 201, false))) as { records: [{ id: string }] };
  return await sealed(api, records[0].id);
}

export async function sealed(api: Api, id: string): Promise<string> {
  for (;;) {
    const { state } = await api.get<{ state: string }>(`/records/${id}`);
    if (state === 'sealed') return id;
    if (state !== 'received') throw new Error(`the record is ${state}`);
    await sleep(20);
  }
}

function send(api: Api, path: string, method: string, headers: Record<string, string | number>): ClientRequest {
  return request(api.url(path), { method, headers: { 'Tus-Resumable': '1.0.0', Cookie: api.cookie, ...headers } });
}

async function answerOf(sent: ClientRequest, status: number, drop = true): Promise<IncomingMessage> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  if (answer.statusCode !== status)
    throw new Error(`${answer.statusCode} instead of ${status}: ${await textOf(answer)}`);
  if (drop) answer.resume();
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}
