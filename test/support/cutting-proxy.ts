import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  port: number;
  /** The next request that holds this text reaches the server; its answer does not come back, and the connection is cut. */
  swallowAnswerTo(text: string): void;
  /** Answers swallowed so far. */
  swallowed(): number;
  close(): Promise<void>;
}

/** A TCP proxy to a server on this machine, for outcomes that the asker is not told. */
export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let wanted: string | undefined;
  let count = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    let swallowing = false;
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
      if (wanted !== undefined && chunk.includes(wanted)) {
        swallowing = true;
        wanted = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!swallowing) return client.write(chunk);
      count += 1;
      client.destroy();
      return false;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallowAnswerTo(text) {
      wanted = text;
    },
    swallowed: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
