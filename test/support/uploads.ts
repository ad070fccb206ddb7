import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type UploadState, uploadKind } from '../../server/ingest/events.ts';
import { type RecordState, recordKind } from '../../server/records/events.ts';
import { uploadKey } from '../../storage/objects/layout.ts';
import type { TestAgency } from './agency.ts';
import { type Answer, type Client, must } from './client.ts';

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** The smallest files of their types, told apart by a tail: what detection needs and no more. */
export const pdf = (tail = '') => Buffer.from(`%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n${tail}\n%%EOF\n`);

/** A PDF of a few pages, a line on each, in a Chinese font that is not in it: its reader needs the encoding and a font of its own. */
export function paper(...lines: string[]): Buffer {
  const font = '<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>';
  const descendant =
    '<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/FontDescriptor 5 0 R>>';
  const descriptor =
    '<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>';
  const pages = lines.map((_, i) => `${6 + 2 * i} 0 R`).join(' ');
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${lines.length}/Kids[${pages}]>>`,
    ...[font, descendant, descriptor],
    ...lines.flatMap((line, i) => {
      const drawn = `BT /F 24 Tf 72 720 Td <${Buffer.from(line, 'utf16le').swap16().toString('hex')}> Tj ET`;
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents ${7 + 2 * i} 0 R>>`,
        `<</Length ${drawn.length}>>stream\n${drawn}\nendstream`,
      ];
    }),
  ];
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj${object}endobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** Bytes that look like an MPEG-4 film: an ftyp box, then whatever else. */
export function film(size: number, seed = 1): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(size);
  for (let at = 0, word = seed; at + 4 <= size; at += 4) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) | 0;
    bytes.writeInt32LE(word, at);
  }
  Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42').copy(bytes);
  if (size >= 32) {
    bytes.writeUInt32BE(size - 24, 24);
    bytes.write('mdat', 28, 'latin1');
  }
  return bytes;
}

/** An ELF header: nothing that a record may be. */
export const program = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(57, 1)]);

export const metadata = (values: Record<string, string | Uint8Array>) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value as string).toString('base64')}`)
    .join(',');

export const TUS = { 'tus-resumable': '1.0.0' };
export const OCTETS = { ...TUS, 'content-type': 'application/offset+octet-stream' };

interface Begin {
  length: number;
  told?: Record<string, string | Uint8Array>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

export const begin = (client: Client, { length, told = { filename: 'a.mp4' }, headers = {}, body }: Begin) =>
  client.send('POST', '/uploads', {
    headers: {
      ...(body ? OCTETS : TUS),
      'upload-length': String(length),
      'upload-metadata': metadata(told),
      ...headers,
    },
    ...(body && { body }),
  });

export const patch = (
  client: Client,
  place: string,
  offset: number,
  body: Uint8Array | ReadableStream,
  headers: Record<string, string> = {},
) => client.send('PATCH', place, { headers: { ...OCTETS, 'upload-offset': String(offset), ...headers }, body });

export const head = (client: Client, place: string) => client.send('HEAD', place, { headers: TUS });
export const offsetOf = (answer: Answer) => Number(answer.headers.get('upload-offset'));
export const placeOf = (answer: Answer) => answer.headers.get('location') ?? '';
export const idOf = (place: string) => place.split('/').at(-1) ?? '';

/** Begins an upload and answers where it is. */
export async function begun(client: Client, begin_: Begin): Promise<string> {
  const answer = await begin(client, begin_);
  must(answer, 201);
  return placeOf(answer);
}

/** A whole file by tus in one request; answers the record's id. */
export async function bring(client: Client, body: Uint8Array, told: Record<string, string> = { filename: 'a.mp4' }) {
  const answer = await begin(client, { length: body.length, told, body });
  must(answer, 201);
  return answer.headers.get('tiezheng-record') ?? idOf(placeOf(answer));
}

export async function uploadAt(
  { app, id: chain }: Pick<TestAgency, 'app' | 'id'>,
  place: string,
): Promise<UploadState> {
  return (await app.deps.ledger.load(uploadKind, chain, idOf(place))).state as UploadState;
}

/** How many bytes of an upload are kept; undefined when there is nothing under its key. */
export const keptOf = ({ app, id }: Pick<TestAgency, 'app' | 'id'>, place: string) =>
  app.deps.uploads.length(uploadKey(id, idOf(place)));

/** A PATCH whose body is written by hand. */
export function slowly(client: Client, place: string, offset: number, length: number): ClientRequest {
  const headers = {
    ...OCTETS,
    ...(client.cookie && { cookie: client.cookie }),
    ...(client.bearer && { authorization: `Bearer ${client.bearer}` }),
  };
  const sent = request(`${client.origin}${place}`, {
    method: 'PATCH',
    headers: { ...headers, 'upload-offset': String(offset), 'content-length': String(length) },
  });
  sent.on('error', () => {});
  return sent;
}

export const closeOf = (sent: ClientRequest) => new Promise<void>((resolve) => sent.once('close', () => resolve()));

/** The record once the sealer has looked at it. */
export async function settled({ app, id: chain }: Pick<TestAgency, 'app' | 'id'>, id: string): Promise<RecordState> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    const { state } = await app.deps.ledger.load(recordKind, chain, id);
    if (state && state.state !== 'received') return state;
  }
  throw new Error(`record ${id} is not settled`);
}

/** Resolves once bytes of an upload are in a data folder: a megabyte or more must be on its way. */
export async function arrivingIn(dataDir: string): Promise<void> {
  const work = join(dataDir, 'work');
  const isUpload = (name: string) => /(^|\/)uploads\//.test(name);
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) {
    const names = readdirSync(work, { recursive: true, encoding: 'utf8' }).filter(isUpload);
    if (names.some((name) => statSync(join(work, name)).size > 0)) return;
  }
  throw new Error('no byte of an upload arrives');
}
