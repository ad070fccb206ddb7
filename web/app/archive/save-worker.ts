import { createSHA256 } from 'hash-wasm';

/** A package, and the file of this device that it becomes. */
export interface Order {
  /** Path of its bytes. */
  url: string;
  /** Bytes, and their digest, hex. */
  size: number;
  sha256: string;
  handle: FileSystemFileHandle;
  language: string;
}

/** `go`: a try, from where the last one ended; `stop`: no more of this try; `discard`: no more at all, and no file. */
export type Command = { begin: Order } | 'go' | 'stop' | 'discard';

/** Bytes that are written so far; why a try ended before all were; and how it all ended. */
export type Told =
  | { done: number }
  | { broken: { code: string; status: number; title?: string; detail?: string } }
  | 'saved'
  | 'different'
  | { unwritable: string };

const tell = (told: Told) => postMessage(told);

class Unwritable extends Error {}

/** What is written is seen under the file's name only once it is whole and has the digest. */
class Saving {
  readonly #order: Order;
  readonly #out: FileSystemWritableFileStream;
  readonly #hash: Awaited<ReturnType<typeof createSHA256>>;
  #done = 0;
  #trying = new AbortController();

  private constructor(order: Order, out: FileSystemWritableFileStream, hash: Awaited<ReturnType<typeof createSHA256>>) {
    this.#order = order;
    this.#out = out;
    this.#hash = hash;
  }

  static async begin(order: Order): Promise<Saving> {
    const hash = await createSHA256();
    return new Saving(order, await order.handle.createWritable(), hash.init());
  }

  /** One try. What breaks it is told; the next goes on behind the last byte that was written. */
  async try(): Promise<void> {
    this.#trying = new AbortController();
    const { signal } = this.#trying;
    try {
      const body = await this.#open(signal);
      if (!body) return;
      await this.#take(body);
      if (this.#done < this.#order.size) return tell({ broken: { code: 'NETWORK', status: 0 } });
      await this.#finish();
    } catch (error) {
      if (error instanceof Unwritable) tell({ unwritable: error.message });
      else if (!signal.aborted) tell({ broken: { code: 'NETWORK', status: 0 } });
    }
  }

  stop(): void {
    this.#trying.abort();
  }

  async discard(): Promise<void> {
    this.stop();
    await this.#out.abort().catch(() => {});
    // The file was made empty when it was chosen. Not every browser can remove it.
    await (this.#order.handle as { remove?(): Promise<void> }).remove?.().catch(() => {});
  }

  /** The bytes from where the last try ended (RFC 9110 section 14); undefined, and told, when they are refused. */
  async #open(signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    const { url, size, sha256, language } = this.#order;
    const headers = { Range: `bytes=${this.#done}-`, 'If-Range': `"${sha256}"`, 'Accept-Language': language };
    const response = await fetch(url, { headers, signal });
    const from = response.headers.get('Content-Range');
    if (response.status === 206 && from === `bytes ${this.#done}-${size - 1}/${size}` && response.body)
      return response.body;
    if (response.ok) await response.body?.cancel();
    const told = response.ok ? { code: 'CHANGED' } : ((await response.json().catch(() => ({}))) as object);
    tell({ broken: { code: 'UNKNOWN', ...told, status: response.status } });
    return undefined;
  }

  async #take(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const part = next.value;
      await this.#out.write(part).catch((error: Error) => {
        throw new Unwritable(`${error.name}: ${error.message}`);
      });
      this.#hash.update(part);
      this.#done += part.length;
      tell({ done: this.#done });
    }
  }

  async #finish(): Promise<void> {
    if (this.#hash.digest() !== this.#order.sha256) {
      await this.discard();
      return tell('different');
    }
    await this.#out.close().catch((error: Error) => {
      throw new Unwritable(`${error.name}: ${error.message}`);
    });
    tell('saved');
  }
}

let saving: Saving | undefined;
/** Tries follow each other: two at once would write over each other. */
let last = Promise.resolve();
let wanted = false;

function go(): void {
  wanted = true;
  last = last.then(async () => {
    if (wanted) await saving?.try();
  });
}

addEventListener('message', async ({ data }: MessageEvent<Command>) => {
  if (data === 'go') return go();
  if (typeof data === 'object') {
    saving = await Saving.begin(data.begin).catch((error: Error) => {
      tell({ unwritable: `${error.name}: ${error.message}` });
      return undefined;
    });
    return go();
  }
  wanted = false;
  if (data === 'stop') return saving?.stop();
  await saving?.discard();
  close();
});
