import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Fault } from '../errors.ts';
import { problemOf } from './problem.ts';

/** Answers what never becomes a request (no HTTP, headers too long or too slow) by a problem, too, and closes the connection. */
export function answerBrokenRequests(server: Server, newId: () => string): void {
  const answering = new WeakSet<Duplex>();
  server.prependListener('request', (req, res) => {
    answering.add(req.socket);
    res.once('close', () => answering.delete(req.socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Into an answer that has begun nothing can be said.
    if (!socket.writable || error.code === 'ECONNRESET' || answering.has(socket)) socket.destroy();
    else socket.end(answerTo(error, newId()));
  });
}

function answerTo({ code }: NodeJS.ErrnoException, requestId: string): string {
  const fault = new Fault(codes[code ?? ''] ?? 'MALFORMED_REQUEST');
  const body = JSON.stringify(problemOf(fault, 'zh', requestId));
  return [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    'Content-Language: zh-CN',
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

const codes = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
} as Record<string, 'HEADERS_TOO_LARGE' | 'REQUEST_TIMEOUT'>;
