import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { originalKey } from '../../storage/objects/layout.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { demandWhole, folderPlace, masterKeyIn, moved } from '../support/moving.ts';
import { startCommand, startServer, tiezheng } from '../support/process.ts';
import { begun, film, head, offsetOf, patch } from '../support/uploads.ts';

describe('moving an installation', function () {
  this.timeout(60_000);
  let made: Installation;
  let places = 0;
  const place = () => folderPlace(join(made.dir, '..', `place-${++places}`));
  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  it('there and back: the same tree heads, everything there, and no service where it is not', async () => {
    const home = made.copy();
    const keys = masterKeyIn(home);
    const away = place();
    const there = await moved(folderPlace(home), away, keys);
    await demandWhole(away, keys);
    const left = await startServer(home).ended;
    assert.equal(left.code, 75);
    assert.match(left.err, /lives elsewhere/);
    const again = await tiezheng(['move', ...folderPlace(home).args('from'), ...place().args('to')], keys);
    assert.equal(again.code, 1);
    assert.match(again.err, /was moved away/);

    const back = await moved(away, folderPlace(home), keys);
    assert.deepEqual(back, there);
    assert.equal((await startServer(String(away.settings.DATA_DIR), keys).ended).code, 75);
    const server = startServer(home);
    const clerk = new Client(await server.origin, made.cookie);
    assert.equal(must(await clerk.send('GET', `/records/${made.records.film}`)).state, 'sealed');
    await server.kill();
  });

  it('an upload that is not whole goes on where the installation is now', async () => {
    const home = made.copy();
    const keys = masterKeyIn(home);
    const bytes = film(60_000, 9);
    let server = startServer(home);
    const dock = new Client(await server.origin);
    dock.bearer = made.bearer;
    const upload = await begun(dock, { length: bytes.length });
    await patch(dock, upload, 0, bytes.subarray(0, 25_000));
    await server.kill();
    const away = place();
    await moved(folderPlace(home), away, keys);
    server = startServer(String(away.settings.DATA_DIR), keys);
    const there = new Client(await server.origin);
    there.bearer = made.bearer;
    assert.equal(offsetOf(await head(there, upload)), 25_000);
    const answer = await patch(there, upload, 25_000, bytes.subarray(25_000));
    assert.ok(answer.headers.get('tiezheng-record'));
    await server.kill();
    await demandWhole(away, keys);
  });

  it('killed at any point: nothing is served in either place, and it is run again', async () => {
    const home = made.copy();
    const keys = masterKeyIn(home);
    const away = place();
    let cut = 0;
    for (let delay = 700; delay < 1300; delay += 120) {
      const { child, ended } = startCommand(['move', ...folderPlace(home).args('from'), ...away.args('to')], keys);
      await sleep(delay);
      child.kill('SIGKILL');
      if ((await ended).code === 0) break;
      cut += 1;
      const source = await startServerOrRefusal(home, keys);
      // Before the first mark is set it is still at home.
      if (source === 'served') continue;
      assert.match(source, /run npx tiezheng move again|lives elsewhere/);
    }
    assert.ok(cut > 0);
    const { code, out, err } = await tiezheng(['move', ...folderPlace(home).args('from'), ...away.args('to')], keys);
    assert.ok(code === 0 || /was moved away/.test(err), out + err);
    await demandWhole(away, keys);
  });

  it('a byte that differs is named; the source is served as before', async () => {
    const home = made.copy();
    const keys = masterKeyIn(home);
    const folder = join(home, 'evidence', made.agency, 'originals');
    const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => /[0-9a-f]{64}$/.test(path))!;
    const bytes = readFileSync(join(folder, name));
    bytes[10]! ^= 1;
    writeFileSync(join(folder, name), bytes);
    const { code, err } = await tiezheng(['move', ...folderPlace(home).args('from'), ...place().args('to')], keys);
    assert.equal(code, 1);
    assert.ok(err.includes(originalKey(made.agency, String(name.split('/').at(-1)))), err);
    assert.equal(await startServerOrRefusal(home, keys), 'served');
  });

  it('does not move onto another installation, nor one that is served, nor without its key', async () => {
    const [home, other] = [made.copy(), made.copy()];
    const keys = masterKeyIn(home);
    const onto = await tiezheng(['move', '--from', home, '--to', other], keys);
    assert.equal(onto.code, 1);
    assert.match(onto.err, /installation of its own/);
    const server = startServer(home);
    await server.origin;
    assert.equal((await tiezheng(['move', ...folderPlace(home).args('from'), ...place().args('to')], keys)).code, 75);
    await server.kill();
    rmSync(join(home, 'master.key'));
    assert.equal((await tiezheng(['move', '--from', home, ...place().args('to')], {})).code, 77);
  });

  it('gives a move up', async () => {
    const home = made.copy();
    assert.equal((await tiezheng(['move', '--give-up', '--from', home], masterKeyIn(home))).code, 1);
    for (const args of [
      [],
      ['--from', home],
      ['--to', home],
      ['--from', 'ftp://x', '--to', home],
      ['--from', 'mongodb://127.0.0.1/x', '--to', home],
    ])
      assert.equal((await tiezheng(['move', ...args], {})).code, 2, args.join(' '));
  });
});

/** `served`, or what it was refused with. */
async function startServerOrRefusal(dir: string, settings: Record<string, string>): Promise<string> {
  const server = startServer(dir, settings);
  try {
    await server.origin;
    await server.kill();
    return 'served';
  } catch {
    return (await server.ended).err;
  }
}
