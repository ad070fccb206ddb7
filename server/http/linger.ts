import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a client may still send after its answer before the connection is cut, and for how long. */
const LINGER_BYTES = 16 * 1024 ** 2;
const LINGER_MS = 5000;

/**
 * An answer that is out before the whole body came in is a refusal. What still comes is dropped for a moment, so that the client can
 * read the answer (a reset would take it away: RFC 9112 section 9.6), then the connection is cut: nobody makes us read 64 GiB in vain.
 */
export function lingerAfterRefusal(req: IncomingMessage, res: ServerResponse): void {
  res.once('finish', () => {
    if (req.complete) return;
    const { socket } = req;
    let left = LINGER_BYTES;
    const cut = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    req.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) socket.destroy();
    });
    req.once('close', () => clearTimeout(cut));
    req.resume();
  });
}
