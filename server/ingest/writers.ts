import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { uploadKey } from '../../storage/objects/layout.ts';
import { UploadBusy, UploadOffsetWrong, UploadTooLong } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { UploadState } from './events.ts';
import { presence } from './presence.ts';
import { noteProgress } from './progress.ts';
import { roomFor } from './room.ts';

interface Writer {
  caller: string;
  end: () => void;
  done: Promise<void>;
}

const RELEASE_MS = 5000;

/** The connections that write uploads now: at most one an upload; a resuming client ends its own stale one. */
export class Writers {
  readonly #writers = new Map<string, Writer>();

  constructor(deps: Deps) {
    deps.signals.on('person.suspended', (_chain, personId) => {
      for (const writer of this.#writers.values()) if (writer.caller === personId) writer.end();
    });
  }

  /** Ends the connection that writes an upload, and waits until its last bytes are counted. Throws UPLOAD_LOCKED. */
  async release(id: string): Promise<void> {
    const writer = this.#writers.get(id);
    if (!writer) return;
    writer.end();
    await Promise.race([writer.done, sleep(RELEASE_MS, undefined, { ref: false })]);
    if (this.#writers.get(id) === writer) throw new Fault('UPLOAD_LOCKED');
  }

  /** Writes the request's body at `offset`, the present end; resolves to the new length also when the client broke off. */
  async write(context: Context, upload: UploadState, offset: number, req: IncomingMessage): Promise<number> {
    if (this.#writers.has(upload.id)) throw new Fault('UPLOAD_LOCKED');
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const end = () => req.destroy();
    this.#writers.set(upload.id, { caller: context.signedIn.id, end, done });
    try {
      return await append(context, upload, offset, req, end);
    } catch (error) {
      throw refusalOf(error, upload);
    } finally {
      this.#writers.delete(upload.id);
      resolve();
    }
  }
}

async function append(context: Context, upload: UploadState, offset: number, req: IncomingMessage, end: () => void) {
  const { deps, chain } = context;
  const left = upload.length - offset;
  const declared = req.headers['content-length'];
  const coming = declared === undefined ? left : Number(declared);
  if (coming > left) throw tooLong(upload);
  await roomFor(deps, coming);
  const key = uploadKey(chain, upload.id);
  const present = presence(context, end, () => void noteProgress(deps, chain, upload.id).catch(() => {}));
  const readBehind = deps.readAhead.following(key, offset, upload.length);
  const onBytes = (n: number) => {
    present();
    readBehind(n);
  };
  try {
    const length = await deps.uploads.append(key, offset, req, upload.length, onBytes);
    if (length > offset) await noteProgress(deps, chain, upload.id);
    return length;
  } catch (error) {
    // The store may have cut the bytes back that were read already.
    await deps.readAhead.drop(key);
    throw error;
  }
}

function refusalOf(error: unknown, upload: UploadState): unknown {
  if (error instanceof UploadTooLong) return tooLong(upload);
  if (error instanceof UploadBusy) return new Fault('UPLOAD_LOCKED');
  if (error instanceof UploadOffsetWrong) return new Fault('CONFLICT');
  return error;
}

const tooLong = (upload: UploadState) => new Fault('FILE_TOO_LARGE', { params: { limit: upload.length } });
