import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface ChaosProxy {
  port: number;
  /** Connections cut so far, whole or in the middle of what was sent. */
  cuts(): number;
  /** Whether it does so; at first it only passes on. */
  rage(on: boolean): void;
  close(): Promise<void>;
}

const CUT = 0.004;
const TRUNCATE = 0.004;
const DELAY = 0.05;
const LONGEST_MS = 400;

/** A TCP proxy that at random cuts connections, cuts them in the middle of a chunk, and holds chunks back; both ways. */
export async function startChaosProxy(target: { host: string; port: number }): Promise<ChaosProxy> {
  const sockets = new Set<Socket>();
  let calm = true;
  let cuts = 0;
  const pass = (from: Socket, to: Socket, both: () => void) => {
    from.on('data', (chunk: Buffer) => {
      const dice = calm ? 1 : Math.random();
      if (dice < CUT + TRUNCATE) {
        cuts += 1;
        if (dice >= CUT) to.write(chunk.subarray(0, Math.floor(chunk.length / 2)));
        both();
      } else if (dice < CUT + TRUNCATE + DELAY) {
        from.pause();
        setTimeout(() => {
          to.write(chunk);
          from.resume();
        }, Math.random() * LONGEST_MS);
      } else if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => to.end());
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, allowHalfOpen: true });
    const both = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', both);
      socket.once('close', () => {
        sockets.delete(socket);
        both();
      });
    }
    pass(client, upstream, both);
    pass(upstream, client, both);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    rage: (on) => {
      calm = !on;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
