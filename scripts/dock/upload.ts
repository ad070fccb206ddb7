import type { FileHandle } from 'node:fs/promises';
import { type Answer, Away, type DockApi, Refused } from './api.ts';
import { CardFileChanged } from './card-file.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };
/** Bytes in one PATCH: what is lost at most when the power goes, beside what the service has already. */
const PIECE = 8 * 1_048_576;
const CHUNK = 65_536;

export interface Upload {
  size: number;
  metadata: Readonly<Record<string, string>>;
  /** The same upload whenever it is begun again with the same key. */
  key: string;
  /** Where it goes on, from an earlier time. */
  location: string | undefined;
}

interface Hands {
  /** To be made durable before the bytes go. */
  begun: (location: string) => void;
  /** Waits until so many bytes may go. */
  pass: (bytes: number) => Promise<void>;
  /** So many bytes more, up to this offset. */
  sent: (bytes: number, offset: number) => void;
}

/** The upload is over without having become a record (RFC 9110: 404, 410), or more is known of the file than when it was begun: begin again under another key. */
export class UploadLost extends Error {
  override name = 'UploadLost';
}

/** Brings a file by tus 1.0, from where the service is. Returns the record's id. Throws Refused, Away, UploadLost, and what reading throws. */
export async function bring(api: DockApi, file: FileHandle, upload: Upload, hands: Hands): Promise<string> {
  const { size } = upload;
  try {
    let { location } = upload;
    let answer = location ? await api.send('HEAD', location, { headers: TUS }) : await begin(api, upload);
    location ??= new URL(answer.headers.get('location') ?? '', api.url('/uploads')).pathname;
    hands.begun(location);
    for (;;) {
      const record = answer.headers.get('tiezheng-record');
      const offset = Number(answer.headers.get('upload-offset'));
      if (record) return record;
      if (!Number.isSafeInteger(offset) || offset > size) throw new Away('the service tells no offset');
      answer = await patch(api, file, location, { offset, end: Math.min(size, offset + PIECE) }, hands);
    }
  } catch (error) {
    if (error instanceof Refused && isLost(error)) throw new UploadLost(error.message);
    throw error;
  }
}

const isLost = ({ status, code }: Refused): boolean =>
  status === 404 || status === 410 || code === 'IDEMPOTENCY_KEY_REUSED';

const begin = (api: DockApi, { size, metadata, key }: Upload) =>
  api.send('POST', '/uploads', {
    headers: {
      ...TUS,
      'Idempotency-Key': key,
      'Upload-Length': String(size),
      'Upload-Metadata': Object.entries(metadata)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
        .join(','),
    },
  });

async function patch(
  api: DockApi,
  file: FileHandle,
  location: string,
  { offset, end }: { offset: number; end: number },
  { pass, sent }: Hands,
): Promise<Answer> {
  let unread: unknown;
  const pieces = async function* () {
    for (let at = offset; at < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
      await pass(chunk.length);
      const bytesRead = await readOn(file, chunk, at).catch((error) => {
        unread = error;
        throw error;
      });
      at += bytesRead;
      sent(bytesRead, at);
      yield chunk.subarray(0, bytesRead);
    }
  };
  const headers = {
    ...TUS,
    'Content-Type': 'application/offset+octet-stream',
    'Upload-Offset': String(offset),
  };
  try {
    return await api.send('PATCH', location, { headers, body: pieces() });
  } catch (error) {
    // A card that cannot be read is not a service that is away.
    throw unread ?? error;
  }
}

async function readOn(file: FileHandle, chunk: Buffer, at: number): Promise<number> {
  const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
  if (bytesRead === 0) throw new CardFileChanged('it ends early');
  return bytesRead;
}
