import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { Away, DockApi, Refused } from '../../../scripts/dock/api.ts';
import { Patience } from '../../../scripts/dock/patience.ts';

const never = new AbortController().signal;

describe('what a dock asks of the service', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  async function serve(answer: RequestListener): Promise<string> {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('has an end where the answer has none', async () => {
    const piece = Buffer.alloc(1_048_576);
    const origin = await serve((_, response) => {
      const more = () => {
        while (response.write(piece));
        response.once('drain', more);
      };
      more();
    });
    const asked = new DockApi(origin, 'x', never).send('GET', '/dock');
    await assert.rejects(asked, (error) => error instanceof Refused && error.code === 'ANSWER_TOO_LARGE');
  });

  it('is given up when all is stopping, in the middle of an answer too', async () => {
    const stopping = new AbortController();
    const origin = await serve((_, response) => {
      response.write('{');
      stopping.abort();
    });
    await assert.rejects(new DockApi(origin, 'x', stopping.signal).json('GET', '/dock'), Away);
  });

  it('waits for the service so long, and not for as long as we have nothing to give', async () => {
    const waiting = new Patience(never, 20);
    await once(waiting.signal, 'abort');
    waiting.end();
    const giving = new Patience(never, 500);
    const slow = async function* () {
      await sleep(700);
      yield Buffer.alloc(1);
    };
    for await (const chunk of giving.over(slow())) assert.equal(chunk.length, 1);
    assert.equal(giving.signal.aborted, false);
    await once(giving.signal, 'abort');
    giving.end();
  });

  it('leaves nothing behind when it is over', async () => {
    const stopping = new AbortController();
    const over = new Patience(stopping.signal, 20);
    over.end();
    for await (const _ of over.over((async function* () {})()));
    stopping.abort();
    await sleep(60);
    assert.equal(over.signal.aborted, false);
  });
});
