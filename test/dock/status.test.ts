import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pdf } from '../support/uploads.ts';
import { of, Station, told } from './support.ts';

describe('the status page of the dock', function () {
  // Processes start, and a machine may be busy.
  this.timeout(90_000);
  let station: Station;

  beforeEach(() => {
    station = new Station('http://127.0.0.1:9', 'none');
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('status'));
    station.put('F/<img src=x onerror=alert(1)>.pdf', pdf('hostile'));
  });
  afterEach(() => station.destroy());

  const ask = async (url: string, { method = 'GET', host }: { method?: string; host?: string } = {}) => {
    const sent = request(url, { method, ...(host && { headers: { Host: host } }) }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };

  it('tells what goes on, to this machine and by its own names alone', async () => {
    const running = station.start(['--status', '0']);
    await told(running, 'away');
    const url: string = of(running.lines, 'status')[0]?.url;
    const { host, port } = new URL(url);
    for (const name of [host, `localhost:${port}`, `127.0.0.2:${port}`]) {
      assert.equal((await ask(url, { host: name })).status, 200, name);
    }
    for (const name of [
      'records.example',
      `records.example:${port}`,
      `127.0.0.1.records.example:${port}`,
      '127.0.0.1',
      `10.0.0.1:${port}`,
    ]) {
      const { status, body } = await ask(`${url}status.json`, { host: name });
      assert.deepEqual([status, body], [421, ''], name);
    }
    assert.equal((await ask(url, { method: 'POST' })).status, 405);
    assert.equal((await ask(`${url}../../package.json`)).status, 404);
    const page = await ask(url);
    assert.match(
      String(page.headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'/,
    );
    assert.match(page.body, /服务无应答/);
    assert.doesNotMatch(page.body, /<img|<script(?! src="\/page.js")|style=/);
    const status = JSON.parse((await ask(`${url}status.json`)).body);
    assert.equal(status.service.state, 'away');
    assert.match(status.service.why, /^GET \/dock: /);
    assert.deepEqual(
      status.cards.map(({ card, files }: { card: string; files: object }) => [card, files]),
      [
        ['TA00716', { hashed: 1 }],
        ['folder:F', { hashed: 1 }],
      ],
    );
    assert.deepEqual(status.queue, { files: 2, bytes: pdf('status').length + pdf('hostile').length });
    assert.equal(status.erase, false);
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 0);
    await assert.rejects(ask(url), { code: 'ECONNREFUSED' });
  });

  it('is none where its port is taken, or elsewhere than on this machine; cards are read all the same', async () => {
    const first = station.start(['--status', '0']);
    await told(first, 'status');
    const { port } = new URL(of(first.lines, 'status')[0]?.url);
    const second = new Station('http://127.0.0.1:9', 'none');
    second.put('E/a.pdf', pdf('second'));
    const { code, lines } = await second.run(['--once', '--status', port, '--patience', '0']);
    assert.equal(code, 69);
    assert.match(of(lines, 'no-status')[0]?.why, /EADDRINUSE/);
    assert.equal((await second.run(['--once', '--status', '0.0.0.0:3020'])).code, 2);
    second.destroy();
    first.child.kill('SIGKILL');
    await first.ended;
  });
});
