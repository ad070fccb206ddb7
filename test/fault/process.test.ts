import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { type ServerProcess, startServer, tiezheng } from '../support/process.ts';
import {
  arrivingIn,
  begin,
  begun,
  bring,
  film,
  head,
  idOf,
  OCTETS,
  offsetOf,
  patch,
  pdf,
  sha256,
} from '../support/uploads.ts';

describe('the service as a process', function () {
  this.timeout(60_000);
  let made: Installation;
  const running = new Set<ServerProcess>();

  before(async () => {
    made = await makeInstallation();
  });
  after(async () => {
    for (const server of running) await server.kill('SIGKILL');
    made.remove();
  });

  async function start(dir: string, settings: Record<string, string> = {}) {
    const server = startServer(dir, { LOG_LEVEL: 'info', ...settings });
    running.add(server);
    const origin = await server.origin;
    const [dock, clerk] = [new Client(origin), new Client(origin, made.cookie)];
    dock.bearer = made.bearer;
    return { server, origin, dock, clerk };
  }

  /** Resolves with the record once it is sealed. */
  async function sealed(client: Client, id: string) {
    for (let i = 0; i < 2000; i++) {
      const record = must(await client.get(`/records/${id}`));
      if (record.state !== 'received') return record;
      await sleep(25);
    }
    throw new Error(`${id} is not sealed`);
  }

  const fsck = async (dir: string) => {
    let out = '';
    const { faults } = await check({ DATA_DIR: dir }, ({ where, what }) => {
      out += `${where}: ${what}\n`;
    });
    return { faults, out };
  };

  function slowly(client: Client, place: string, offset: number, length: number): ClientRequest {
    const sent = request(`${client.origin}${place}`, {
      method: 'PATCH',
      headers: {
        ...OCTETS,
        authorization: `Bearer ${client.bearer}`,
        'upload-offset': String(offset),
        'content-length': String(length),
      },
    });
    sent.on('error', () => {});
    return sent;
  }

  it('resumes an upload after kill -9 in its middle, and seals the right digest', async () => {
    const dir = made.copy();
    const bytes = film(12_000_000, 3);
    let { server, dock, clerk } = await start(dir);
    const place = await begun(dock, { length: bytes.length, told: { filename: '断点.mp4', sha256: sha256(bytes) } });
    for (let at = 0, round = 0; at < bytes.length; round++) {
      const sent = slowly(dock, place, at, bytes.length - at);
      sent.write(bytes.subarray(at, at + 4_000_000));
      await sleep(Math.random() * 60);
      await server.kill('SIGKILL');
      ({ server, dock, clerk } = await start(dir));
      const offset = offsetOf(await head(dock, place));
      assert.ok(offset >= at && offset <= at + 4_000_000, `${offset} after ${at}`);
      if (round < 1) at = offset;
      else {
        must(await patch(dock, place, offset, bytes.subarray(offset)), 204);
        at = bytes.length;
      }
    }
    const record = await sealed(clerk, idOf(place));
    assert.deepEqual([record.state, record.object.sha256], ['sealed', sha256(bytes)]);
    await server.kill();
    const { faults, out } = await fsck(dir);
    assert.equal(faults, 0, out);
  });

  it('refuses a second one on its folder (75), and names the folder', async () => {
    const dir = made.copy();
    const { server, dock } = await start(dir);
    const [second, rebuild, rewrap] = await Promise.all([
      startServer(dir).ended,
      tiezheng(['rebuild'], { DATA_DIR: dir }),
      tiezheng(['rewrap', join(dir, 'new.key')], { DATA_DIR: dir }),
    ]);
    for (const { code, err } of [second, rebuild, rewrap]) {
      assert.equal(code, 75, err);
      assert.ok(err.includes(dir) && /另一进程/.test(err) && !/\n\s+at /.test(err), err);
    }
    assert.ok(!existsSync(join(dir, 'new.key')));
    must(await dock.send('OPTIONS', '/uploads'), 204);
    await server.kill('SIGKILL');
    const { server: next } = await start(dir);
    assert.equal((await next.kill()).code, 0);
  });

  it('refuses a wrong, malformed or missing master key (77)', async () => {
    const dir = made.copy();
    const key = join(dir, 'master.key');
    const other = join(dir, 'other.key');
    for (const [settings, text] of [
      [{ MASTER_KEY_FILE: other }, 'a'.repeat(64)],
      [{ MASTER_KEY_FILE: join(dir, 'none.key') }, ''],
    ] as const) {
      writeFileSync(other, text);
      const { code, err } = await startServer(dir, settings).ended;
      assert.equal(code, 77, err);
      assert.doesNotMatch(err, /\n\s+at /);
    }
    const kept = readFileSync(key);
    rmSync(key);
    assert.equal((await startServer(dir).ended).code, 77);
    assert.ok(!existsSync(key), 'a new key was made');
    writeFileSync(key, kept);
    assert.equal((await (await start(dir)).server.kill()).code, 0);
  });

  it('refuses a ledger whose tail was cut off, or that is gone (65)', async () => {
    const dir = made.copy();
    const db = new DatabaseSync(join(dir, 'tiezheng.db'));
    const last = `chain = '${made.agency}' AND seq = (SELECT max(seq) FROM entries WHERE chain = '${made.agency}')`;
    db.exec(`DELETE FROM entries WHERE ${last}`);
    db.close();
    const cut = await startServer(dir).ended;
    assert.equal(cut.code, 65, cut.err);
    assert.match(cut.err, new RegExp(`${made.agency}[\\s\\S]*tail is cut off[\\s\\S]*fsck`));
    const gone = made.copy();
    for (const name of ['tiezheng.db', 'tiezheng.db-wal', 'tiezheng.db-shm']) rmSync(join(gone, name), { force: true });
    assert.equal((await startServer(gone).ended).code, 65);
  });

  it('refuses a write-ahead log that was damaged after a kill (65), and fsck names the tail', async () => {
    const dir = made.copy();
    const { server, dock, clerk } = await start(dir);
    for (let i = 0; i < 3; i++) await sealed(clerk, await bring(dock, pdf(`wal ${i}`), { filename: `${i}.pdf` }));
    await sleep(1300);
    await server.kill('SIGKILL');
    const wal = join(dir, 'tiezheng.db-wal');
    const bytes = readFileSync(wal);
    assert.ok(bytes.length > 100_000, String(bytes.length));
    const damages: [string, (copy: Buffer) => Buffer][] = [
      ['flipped', (copy) => copy.fill((copy[20_000] as number) ^ 1, 20_000, 20_001)],
      ['cut', (copy) => copy.subarray(0, 30_000)],
      ['emptied', () => Buffer.alloc(0)],
    ];
    await Promise.all(
      damages.map(async ([name, damage]) => {
        const copy = `${dir}-${name}`;
        cpSync(dir, copy, { recursive: true });
        rmSync(join(copy, 'tiezheng.db-shm'), { force: true });
        writeFileSync(join(copy, 'tiezheng.db-wal'), damage(Buffer.from(bytes)));
        const checked = await fsck(copy);
        assert.ok(checked.faults > 0, name);
        assert.match(checked.out, new RegExp(`head ${made.agency}: .*tail is cut off`));
        const refused = await startServer(copy).ended;
        assert.equal(refused.code, 65, `${name}: ${refused.err}`);
      }),
    );
    const sound = await fsck(dir);
    assert.equal(sound.faults, 0, sound.out);
  });

  it('drains on SIGTERM: a running upload gets its time, new requests are refused', async () => {
    const dir = made.copy();
    const { server, dock, clerk } = await start(dir);
    const bytes = film(3_000_000, 8);
    const place = await begun(dock, { length: bytes.length });
    const sent = slowly(dock, place, 0, bytes.length);
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.write(bytes.subarray(0, 2_000_000));
    await arrivingIn(dir);
    server.child.kill('SIGTERM');
    await sleep(200);
    const refused = await clerk.get('/session').then(
      ({ status }) => status,
      () => 'no connection',
    );
    assert.ok(refused === 503 || refused === 'no connection', String(refused));
    sent.end(bytes.subarray(2_000_000));
    const [response] = await answered;
    assert.equal(response.statusCode, 204);
    response.resume();
    const { code, signal } = await server.ended;
    assert.deepEqual([code, signal], [0, null]);
    const next = await start(dir);
    assert.equal((await sealed(next.clerk, idOf(place))).object.sha256, sha256(bytes));
    await next.server.kill();
  });

  it('tells all faults of its settings at once (78)', async () => {
    const settings = { PORT: '99999', LOG_LEVEL: 'loud', ZONE: 'Mars/Base', METRICS_TOKEN: 'short', MAX_FILES: 'x' };
    const { code, err } = await startServer(join(tmpdir(), 'never-made'), settings).ended;
    assert.equal(code, 78);
    for (const name of Object.keys(settings)) assert.match(err, new RegExp(`\\b(${name}|PORT)\\b`));
    assert.doesNotMatch(err, /\n\s+at /);
    assert.ok(!existsSync(join(tmpdir(), 'never-made')));
  });

  it('lives through a full disk, and goes on when there is room', async function () {
    const dir = mountSmall(40);
    if (!dir) {
      console.log('      跳过：不能挂载 tmpfs (skipped: a small disk cannot be mounted here)');
      this.skip();
    }
    try {
      cpSync(made.dir, dir, { recursive: true });
      const { server, dock, clerk, origin } = await start(dir, { FREE_SPACE_RESERVE: '0' });
      const large = await begin(dock, { length: 60_000_000 });
      assert.equal(large.status, 507);
      const bytes = film(12_000_000, 21);
      const place = await begun(dock, { length: bytes.length });
      const sent = slowly(dock, place, 0, bytes.length);
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      sent.write(bytes.subarray(0, 3_000_000));
      await sleep(200);
      fill(join(dir, 'filler'));
      sent.write(bytes.subarray(3_000_000));
      const [response] = await answered;
      response.resume();
      assert.equal(response.statusCode, 507);
      const form = new FormData();
      form.append('files', new Blob([pdf('full')]), 'a.pdf');
      assert.equal((await clerk.send('POST', '/records', { body: form })).status, 507);
      assert.equal((await fetch(`${origin}/healthz`)).status, 200);
      rmSync(join(dir, 'filler'));
      const offset = offsetOf(await head(dock, place));
      must(await patch(dock, place, offset, bytes.subarray(offset)), 204);
      assert.equal((await sealed(clerk, idOf(place))).object.sha256, sha256(bytes));
      const after_ = must(await clerk.send('POST', '/records', { body: form }), 201);
      assert.equal((await sealed(clerk, after_.records[0].id)).state, 'sealed');
      assert.equal((await server.kill()).code, 0);
      const { faults, out } = await fsck(dir);
      assert.equal(faults, 0, out);
    } finally {
      execFileSync('umount', ['-l', dir]);
      rmSync(dir, { recursive: true });
    }
  });
});

/** A file system of so many MiB, or undefined where we may not mount one. */
function mountSmall(size: number): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'tiezheng-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=0700`, 'tmpfs', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    rmSync(dir, { recursive: true });
    return undefined;
  }
}

/** Takes up all the space that is left. */
function fill(path: string): void {
  for (const block of [1_000_000, 4096]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(block), { flag: 'a' });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  assert.ok(statSync(path).size > 0);
}
