import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { Client, must, refused } from '../support/client.ts';
import { exchange, parse, problem } from '../support/raw.ts';
import { arrivingIn } from '../support/uploads.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'server/main.ts');
const password = 'maple-lantern-harbour-27';

interface Ran {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<number | null>;
}

/** The real process, with nothing of this one's settings. */
function run(env: Record<string, string>, [command, ...args] = [process.execPath, main]): Ran {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command as string, args, { cwd: root, env: { PATH, HOME, PORT: '0', ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, err: () => err, ended };
}

async function originOf(ran: Ran): Promise<string> {
  for (let i = 0; i < 600; i++) {
    const found = /"origin":"([^"]+)"/.exec(ran.err())?.[1];
    if (found) return found;
    await sleep(50);
  }
  throw new Error(`does not listen: ${ran.err()}`);
}

/** The first address on stdout. */
const linkOf = (ran: Ran) => /https?:\/\/\S+\/setup#token=([\w-]+)/.exec(ran.out());

describe('http: the process', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-process-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const dir = (name: string) => join(folder, name);

  it('lists all faults of its settings at once, without a secret, and ends with 78', async () => {
    const ran = run({
      PORT: '70000',
      HOST: '::1',
      TRUSTED_PROXIES: '10.0.0.0/99',
      ZONE: 'Nowhere',
      IDLE_SECONDS: '1.5',
      METRICS_TOKEN: 'short-secret',
      SIGNER_PASSWORD_FILE: dir('absent'),
      DATA_DIR: dir('none'),
    });
    assert.equal(await ran.ended, 78);
    for (const name of ['PORT', 'TRUSTED_PROXIES', 'ZONE', 'IDLE_SECONDS', 'METRICS_TOKEN', 'SIGNER_PASSWORD_FILE'])
      assert.match(ran.err(), new RegExp(`^  ${name}: `, 'm'));
    assert.doesNotMatch(ran.err(), /short-secret|HOST| {4}at /);
  });

  it('says plainly that it cannot listen, and frees the folder', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const PORT = String((taken.address() as AddressInfo).port);
    const settings: Record<string, string>[] = [
      { PORT },
      { METRICS_PORT: PORT },
      { HOST: '203.0.113.1' },
      { HOST: 'no.such.host.invalid' },
    ];
    const faults = await Promise.all(
      settings.map(async (env, i) => {
        const ran = run({ DATA_DIR: dir(`listen${i}`), LOG_LEVEL: 'silent', ...env });
        return [await ran.ended, ran.err()] as const;
      }),
    );
    taken.close();
    for (const [code, text] of faults) {
      assert.equal(code, 69, text);
      assert.match(text, /无法监听 cannot listen: \S+/);
      assert.doesNotMatch(text, / {4}at /);
    }
  });

  it('keeps secrets out of its log, drains on SIGTERM, and ends with 0', async function () {
    this.timeout(30_000);
    const ran = run({ DATA_DIR: dir('drain'), LOG_LEVEL: 'trace', IDLE_SECONDS: '3' });
    const origin = await originOf(ran);
    for (let i = 0; !linkOf(ran) && i < 500; i++) await sleep(20);
    const token = linkOf(ran)?.[1] as string;
    const client = new Client(origin);
    const administrator = { name: '管理员', username: 'admin', password };
    const { accounts } = must(
      await client.post('/setup', { token, agency: { name: '局', code: 'ju' }, administrator }),
      201,
    );
    must(await client.post('/session', { username: 'admin', password }));
    refused(await client.post('/session', { username: 'admin', password: `${password}-wrong` }), 401, 'LOGIN_FAILED');
    refused(
      await client.send('POST', '/session', {
        body: `{"password":"${password}`,
        headers: { 'content-type': 'application/json' },
      }),
      400,
      'MALFORMED_JSON',
    );
    const secadmin = new Client(origin);
    must(await secadmin.post('/session', { username: 'admin-security', password: accounts[1].oneTimePassword }));
    const secret = 'lantern-maple-harbour-72';
    const change = { current: accounts[1].oneTimePassword, next: secret };
    assert.equal((await secadmin.post('/session/password', change)).status, 204);
    const foreign = '110101199003070011';
    const named = { name: '李四', username: 'lisi' };
    must(await client.send('PUT', `/people/external/hr/${foreign}`, { body: named }), 201);
    const { id: departmentId } = must(await client.post('/departments', { name: '一科' }), 201);
    const { id: dockId } = must(await client.post('/docks', { name: '采集站', departmentId }), 201);
    const issued = must(
      await secadmin.post(`/docks/${dockId}/tokens`, { name: '甲', expiresAt: '2099-01-01T00:00:00Z' }),
      201,
    );
    const dock = new Client(origin);
    dock.bearer = issued.token;

    const upload = await dock.send('POST', '/uploads', {
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '3000000' },
    });
    assert.equal(upload.status, 201, JSON.stringify(upload.body));
    const running = request(new URL(upload.headers.get('location') as string, origin), {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${issued.token}`,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': '3000000',
      },
    });
    running.write(Buffer.alloc(2_000_000));
    const answered = once(running, 'response');
    await arrivingIn(dir('drain'));
    const began = Date.now();
    ran.child.kill('SIGTERM');
    await sleep(300);
    await assert.rejects(client.get('/session'));
    running.end(Buffer.alloc(1_000_000));
    const [response] = await answered;
    assert.equal(response.statusCode, 204);
    assert.equal(response.headers['upload-offset'], '3000000');
    response.resume();
    assert.equal(await ran.ended, 0);
    assert.ok(Date.now() - began < 9000);
    const log = ran.err();
    const cookies = [client.cookie, secadmin.cookie].map((cookie) => String(cookie).split('=')[1] as string);
    for (const kept of [password, secret, token, issued.token, accounts[1].oneTimePassword, foreign, ...cookies])
      assert.ok(kept.length > 10 && !log.includes(kept), 'a secret stands in the log');
    assert.match(log, /"path":"\/api\/v1\/people\/external\/hr\/…"/);
    assert.match(log, /"draining"/);
  });

  it('closes what gives no byte or is too slow, and gives a second signal no more time', async function () {
    this.timeout(30_000);
    const ran = run({ DATA_DIR: dir('idle'), IDLE_SECONDS: '1' });
    const origin = await originOf(ran);
    const timed = async (sent: string) => {
      const began = Date.now();
      const text = await exchange(origin, sent);
      return [text, Date.now() - began] as const;
    };
    const slow = async () => {
      const { hostname, port } = new URL(origin);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      let text = '';
      socket.setEncoding('utf8').on('data', (more) => {
        text += more;
      });
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
      const drip = setInterval(() => socket.write('X: 1\r\n'), 200);
      await once(socket, 'close');
      clearInterval(drip);
      return text;
    };
    const [silent, half, body, dripped] = await Promise.all([
      timed(''),
      timed('GET / HTTP/1.1\r\nHo'),
      timed('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'),
      slow(),
    ]);
    assert.equal(silent[0], '');
    for (const [, took] of [silent, half, body]) assert.ok(took > 700 && took < 5000, String(took));
    problem(parse(dripped), 408, 'REQUEST_TIMEOUT');
    assert.equal((await fetch(`${origin}/healthz`)).status, 200);

    // A drip of bytes keeps this one alive beyond any patience.
    const endless = request(`${origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    }).on('error', () => {});
    const drip = setInterval(() => endless.write(' '), 100);
    await sleep(300);
    const began = Date.now();
    ran.child.kill('SIGTERM');
    await sleep(500);
    assert.equal(ran.child.exitCode, null);
    ran.child.kill('SIGTERM');
    assert.equal(await ran.ended, 0);
    clearInterval(drip);
    assert.ok(Date.now() - began < 5000);
  });

  it('drains and ends with 0 when npm start is told to end', async () => {
    const ran = run({ DATA_DIR: dir('npm') }, ['npm', 'start']);
    const origin = await originOf(ran);
    ran.child.kill('SIGTERM');
    assert.equal(await ran.ended, 0, ran.err());
    assert.match(ran.err(), /"draining"/);
    await assert.rejects(fetch(`${origin}/healthz`));
  });

  it('listens on IPv6, behind an address of its own, with secrets in files', async () => {
    writeFileSync(dir('token'), 'a-token-of-some-length\n');
    const ran = run({
      DATA_DIR: dir('v6'),
      HOST: '::1',
      PUBLIC_URL: 'https://evidence.example/',
      METRICS_TOKEN_FILE: dir('token'),
    });
    assert.equal(await originOf(ran), 'https://evidence.example');
    for (let i = 0; !linkOf(ran) && i < 500; i++) await sleep(20);
    assert.match(ran.out(), /^https:\/\/evidence\.example\/setup#token=[\w-]{43}$/m);
    ran.child.kill('SIGTERM');
    assert.equal(await ran.ended, 0);
  });

  it('ends with 70 when something breaks outside of a request', async () => {
    const ran = run({ DATA_DIR: dir('fail'), NODE_OPTIONS: `--import=${failing}` });
    assert.equal(await ran.ended, 70, ran.err());
    assert.match(ran.err(), /"uncaught: the process ends"/);
  });
});

/** Breaks a process a moment after it began, outside of any request. */
const failing = `data:text/javascript,${encodeURIComponent("import{isMainThread}from'node:worker_threads';if(isMainThread)setTimeout(()=>Promise.reject(new Error('broken')),1500)")}`;
