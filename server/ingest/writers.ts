import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'express';
import { uploadKey } from '../../storage/objects/layout.ts';
import { UploadBusy, UploadOffsetWrong, UploadTooLong } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { UploadState } from './events.ts';

interface Writer {
  caller: string;
  end: () => void;
  done: Promise<void>;
}

const RELEASE_MS = 5000;
const TOUCH_MS = 60_000;

/** The connections that write uploads now: at most one an upload; a resuming client ends its own stale one. */
export class Writers {
  readonly #deps: Deps;
  readonly #writers = new Map<string, Writer>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.signals.on('person.suspended', (_chain, personId) => {
      for (const writer of this.#writers.values()) if (writer.caller === personId) writer.end();
    });
  }

  /** Ends the connection that writes an upload, and waits until its last bytes are counted. Throws UPLOAD_LOCKED. */
  async release(id: string): Promise<void> {
    const writer = this.#writers.get(id);
    if (!writer) return;
    writer.end();
    await Promise.race([writer.done, sleep(RELEASE_MS)]);
    if (this.#writers.get(id) === writer) throw new Fault('UPLOAD_LOCKED');
  }

  /** Writes the request's body at the end of an upload; resolves to the new length also when the client broke off. */
  async write(context: Context, upload: UploadState, req: Request): Promise<number> {
    const { deps, chain } = context;
    const key = uploadKey(chain, upload.id);
    if (this.#writers.has(upload.id)) throw new Fault('UPLOAD_LOCKED');
    const offset = (await deps.uploads.length(key)) ?? 0;
    const declared = Number(req.headers['content-length'] ?? 0);
    if (offset + declared > upload.length) throw tooLong(upload);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    this.#writers.set(upload.id, { caller: context.signedIn.id, end: () => req.destroy(), done });
    try {
      return await deps.uploads.append(key, offset, req, upload.length, this.#touching(context));
    } catch (error) {
      if (error instanceof UploadTooLong) throw tooLong(upload);
      if (error instanceof UploadBusy) throw new Fault('UPLOAD_LOCKED');
      if (error instanceof UploadOffsetWrong) throw new Fault('CONFLICT');
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new Fault('STORAGE_FULL', { params: { needed: upload.length - offset, free: 0 } });
      }
      throw error;
    } finally {
      this.#writers.delete(upload.id);
      resolve();
    }
  }

  /** Bytes that come in keep the session awake. */
  #touching(context: Context): () => void {
    let last = this.#deps.now().getTime();
    return () => {
      const now = this.#deps.now().getTime();
      if (now - last < TOUCH_MS) return;
      last = now;
      void context.touch();
    };
  }
}

const tooLong = (upload: UploadState) => new Fault('FILE_TOO_LARGE', { params: { limit: upload.length } });
