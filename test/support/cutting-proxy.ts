import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  port: number;
  /** The next request that holds this text reaches the server; its answer does not come back, and the connection is cut. */
  swallowAnswerTo(text: string): void;
  /** Requests that hold this text are answered by so many bytes, head included, the first of them, and by none, those after it. */
  cutAnswersTo(text: string, bytes: number): void;
  /** Nothing is cut any more. */
  restore(): void;
  /** Answers swallowed so far. */
  swallowed(): number;
  close(): Promise<void>;
}

/** A TCP proxy to a server on this machine, for outcomes that the asker is not told. */
export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let wanted: { text: string; bytes: number; again: boolean } | undefined;
  let count = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    /** Bytes that still go back. */
    let left = Number.POSITIVE_INFINITY;
    let cut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (wanted !== undefined && chunk.includes(wanted.text)) {
        left = wanted.bytes;
        wanted = wanted.again ? { ...wanted, bytes: 0 } : undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (cut) return;
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (left > 0) {
        client.write(part);
        return;
      }
      cut = true;
      if (part.length === 0) count += 1;
      client.end(part, () => upstream.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallowAnswerTo(text) {
      wanted = { text, bytes: 0, again: false };
    },
    cutAnswersTo(text, bytes) {
      wanted = { text, bytes, again: true };
    },
    restore() {
      wanted = undefined;
    },
    swallowed: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
