import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back on one connection, as text until the server closed it. */
export async function exchange(origin: string, sent: string | Uint8Array, end = false): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: end });
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  socket.on('error', () => {}).on('end', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(sent);
  if (end) socket.end();
  await once(socket, 'close').catch(() => {});
  socket.destroy();
  return received;
}

/** Sends a request by hand, as clients of good will cannot, and closes. */
export async function rawRequest(
  origin: string,
  line: string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Promise<{ status: number; head: string; body: string }> {
  const bytes = Buffer.from(body);
  const length = bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : [];
  const head = [`${line} HTTP/1.1`, 'Host: test', 'Connection: close', ...length, ...headers, '', ''].join('\r\n');
  return parse(await exchange(origin, Buffer.concat([Buffer.from(head, 'latin1'), bytes])));
}

export function parse(text: string): { status: number; head: string; body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') };
}

/** Asserts that an answer is a problem with this status and code. */
export function problem({ status, head, body }: ReturnType<typeof parse>, wanted: number, code: string): void {
  assert.equal(status, wanted, `${head}\n${body}`);
  assert.match(head, /\r\ncontent-type: application\/problem\+json; charset=utf-8/i);
  assert.match(head, /\r\nx-request-id: [0-9a-f-]{36}/i);
  assert.match(head, /\r\ncache-control: no-store/i);
  const parsed = JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? '{}');
  assert.equal(parsed.code, code);
  assert.equal(parsed.status, wanted);
}
