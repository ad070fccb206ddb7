import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type DepartmentEvent, departmentKind } from '../../server/access/department.ts';
import { systemActor } from '../../server/deps.ts';
import { type RecordEvent, recordKind } from '../../server/records/events.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import { encodeBundle, readBundle } from '../../signing/tiles.ts';
import { startApp } from '../support/app.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { startServer } from '../support/process.ts';
import { entriesOf, faultsOf, loseDatabase, restored, viewsOf } from './restored.ts';

describe('restore from stores that are damaged', function () {
  this.timeout(60_000);
  let made: Installation;

  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  /** Breaks the stores of a copy without its database, and asks for a line that names the damage. */
  async function named(change: (dir: string) => void, ...expected: RegExp[]): Promise<string> {
    const dir = made.copy();
    loseDatabase(dir);
    change(dir);
    const { code, out } = await restored(dir);
    assert.equal(code, 1, out);
    for (const line of expected) assert.match(out, line);
    assert.ok(existsSync(join(dir, 'tiezheng.db')));
    return dir;
  }
  const startRefused = async (dir: string) => assert.equal((await startServer(dir).ended).code, 65);
  const bundles = (dir: string, chain = made.agency) => {
    const folder = join(dir, 'work', chain, 'log', 'tile', 'entries', '000.p');
    return readdirSync(folder).map((name) => join(folder, name));
  };
  const originals = (dir: string) => join(dir, 'evidence', made.agency, 'originals');

  it('names originals, proofs and waiting bytes that are missing, and restores the rest', async () => {
    const dir = await named(
      (copy) => rmSync(originals(copy), { recursive: true }),
      new RegExp(`record ${made.records.film}: its original is missing: object ${made.agency}/originals/`),
      new RegExp(`record ${made.records.document}: its original is missing`),
    );
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
  });

  it('names a bundle that is missing, cut or changed; a ledger without its tail is refused by every start', async () => {
    await startRefused(
      await named(
        (dir) => {
          for (const path of bundles(dir)) rmSync(path);
        },
        new RegExp(
          `log ${made.agency}/log/tile/entries/000.p/\\d+: it is missing; chain ${made.agency} has 0 of \\d+ entries`,
        ),
        new RegExp(`agency ${made.agency}|chain ${made.agency}`),
      ),
    );
    await named((dir) => {
      for (const path of bundles(dir)) writeFileSync(path, readFileSync(path).subarray(0, -3));
    }, /000.p\/\d+: the last entry is cut/);
    // Linked as before: only the root tells that the last entry is another.
    const swap = (dir: string) => {
      for (const path of bundles(dir)) {
        const entries = readBundle(readFileSync(path), Number(path.split('/').at(-1)));
        const last = Buffer.from(entries.at(-1)!)
          .toString()
          .replace(/"role":"\w+"/, '"role":"forged"');
        writeFileSync(path, encodeBundle([...entries.slice(0, -1), Buffer.from(last)]));
      }
    };
    await startRefused(await named(swap, /do not have the root of the checkpoint/));
  });

  it('names streams whose key is missing or damaged, and reads the others', async () => {
    const dir = await named(
      (copy) => {
        const path = join(copy, 'work', made.agency, 'keys', 'streams', '0');
        const file = JSON.parse(readFileSync(path, 'utf8'));
        delete file.keys[`${made.agency}/record/${made.records.film}`];
        file.keys[`${made.agency}/record/${made.records.document}`].wrapped = 'A'.repeat(80);
        writeFileSync(path, canonicalBytes(file));
      },
      new RegExp(`stream record/${made.records.film} of ${made.agency}: its key is missing`),
      new RegExp(
        `key file ${made.agency}/keys/streams/0: the key of ${made.agency}/record/${made.records.document} cannot be opened`,
      ),
      new RegExp(`stream record/${made.records.document} of `),
    );
    const without = (lines: string[]) => lines.filter((line) => !line.startsWith('record '));
    assert.deepEqual(without(viewsOf(dir)), without(viewsOf(made.dir)));
    await named(
      (copy) => rmSync(join(copy, 'work', made.agency, 'keys', 'streams'), { recursive: true }),
      new RegExp(`key file ${made.agency}/keys/streams/0: it is missing`),
      new RegExp(`stream person/.* of ${made.agency}: its key is missing`),
    );
    await named(
      (copy) => rmSync(join(copy, 'work', made.agency, 'keys', 'blind')),
      new RegExp(`key of the blind index of ${made.agency}: it is missing`),
    );
  });

  it('believes no checkpoint of another key, and falls back on the other copy', async () => {
    const latest = (dir: string) => join(dir, 'work', made.agency, 'log', 'checkpoint');
    const dir = await named(
      (copy) => writeFileSync(latest(copy), readFileSync(latest(copy), 'utf8').replace(/\n\d+\n/, '\n9999\n')),
      new RegExp(`log of ${made.agency}: its latest checkpoint cannot be trusted`),
    );
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
    await named(
      (copy) => {
        rmSync(latest(copy));
        rmSync(join(copy, 'evidence', made.agency, 'log'), { recursive: true });
      },
      new RegExp(`log of ${made.agency}: there is no checkpoint of it`),
      new RegExp(`agency ${made.agency}: nothing of its log is in the stores`),
    );
  });

  it('takes full bundles behind the last checkpoint, which nothing could ever replace, and goes on from there', async () => {
    const dir = made.copy();
    const published = readFileSync(join(dir, 'work', made.agency, 'log', 'checkpoint'), 'utf8');
    const size = Number(published.split('\n')[1]);
    const app = await startApp({ dataDir: dir });
    const found = (name: string): DepartmentEvent[] => [{ type: 'department.founded', data: { name } }];
    const { ledger, newId } = app.deps;
    const names = Array.from({ length: 300 }, (_, i) => `科室${i}`);
    await Promise.all(
      names.map((name) => ledger.execute(departmentKind, made.agency, newId(), systemActor('test'), () => found(name))),
    );
    await app.stop();
    const before = entriesOf(dir).filter(({ chain, seq }) => chain === made.agency && Number(seq) < 256);
    loseDatabase(dir);
    rmSync(join(dir, 'heads'), { recursive: true });
    const kept = join(dir, 'evidence', made.agency, 'log', 'checkpoints');
    for (const name of readdirSync(kept)) if (Number(name) > size) rmSync(join(kept, name));
    writeFileSync(join(dir, 'work', made.agency, 'log', 'checkpoint'), published);
    const { code, out } = await restored(dir);
    assert.equal(code, 0, out);
    assert.match(
      out,
      new RegExp(`chain ${made.agency}: entries ${size} to 255 follow its last checkpoint .* unsigned`),
    );
    assert.deepEqual(
      entriesOf(dir).filter(({ chain }) => chain === made.agency),
      before,
    );
    const again = await startApp({ dataDir: dir });
    const { seq } = await again.deps.ledger.execute(
      departmentKind,
      made.agency,
      again.deps.newId(),
      systemActor('test'),
      () => found('新'),
    );
    // What a start finds left open may leave entries before it.
    assert.ok(seq >= 256, String(seq));
    assert.ok(await again.deps.log.covering(made.agency, seq, 30_000));
    await again.stop();
    assert.deepEqual(await faultsOf(dir), []);
  });

  it('brings no key back that a disposal destroyed, with whatever key file', async () => {
    const dir = made.copy();
    const path = join(dir, 'work', made.agency, 'keys', 'streams', '0');
    const older = readFileSync(path);
    const app = await startApp({ dataDir: dir });
    const disposal: RecordEvent = { type: 'record.disposed', data: { basis: '保管期限届满' } };
    await app.deps.ledger.execute(recordKind, made.agency, made.records.document, systemActor('test'), () => [
      disposal,
    ]);
    await app.stop();
    const name = `${made.agency}/record/${made.records.document}`;
    assert.ok(older.includes(name) && !readFileSync(path).includes(name));
    const before = viewsOf(dir);
    loseDatabase(dir);
    writeFileSync(path, older);
    const { code, out } = await restored(dir);
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(`stream record/${made.records.document}: its key file still had its key`));
    assert.equal(readFileSync(path).includes(name), false);
    assert.deepEqual(viewsOf(dir), before);
    assert.deepEqual(await faultsOf(dir), []);
  });

  it('goes on after a restore that was cut short', async () => {
    const dir = made.copy();
    loseDatabase(dir);
    mkdirSync(join(dir, '.restoring'));
    writeFileSync(join(dir, '.restoring', 'tiezheng.db'), 'half');
    assert.equal((await restored(dir)).code, 0);
    assert.equal(existsSync(join(dir, '.restoring')), false);
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
  });
});
