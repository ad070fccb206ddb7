import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'mocha';
import { withDigestedFile } from '../../../server/seal/digested-file.ts';
import { scratchFolder } from '../../../server/seal/local-file.ts';
import type { ObjectStore } from '../../../storage/objects/object-store.ts';
import { noise, pieces } from '../../contracts/object-store.ts';

type Needed = Parameters<typeof withDigestedFile>[0];

/** A store of one object that has no file on this machine. */
const giving = (source: () => Readable) => ({ get: async () => source() }) as unknown as ObjectStore;

describe('what is read back through a copy', () => {
  let DATA_DIR = '';
  let deps: Needed;
  before(async () => {
    DATA_DIR = await mkdtemp(join(tmpdir(), 'tiezheng-'));
    deps = { config: { DATA_DIR } } as Needed;
  });
  after(() => rm(DATA_DIR, { recursive: true }));

  const left = () => readdir(scratchFolder({ DATA_DIR }));

  it('has the digests of what the store gave, whatever its size', async () => {
    for (const size of [0, 1, 512 * 1024, 1_048_576, 1_048_577, 7_300_001]) {
      for (const withSm3 of [true, false]) {
        const bytes = noise(size);
        const store = giving(() => pieces(bytes, 65_000));
        await withDigestedFile(deps, store, 'a/x', { withSm3 }, async (path, digests) => {
          const of = (name: string) => createHash(name).update(bytes).digest('hex');
          assert.deepEqual(digests, { size, sha256: of('sha256'), ...(withSm3 && { sm3: of('sm3') }) });
          assert.ok((await readFile(path)).equals(bytes));
        });
      }
    }
    assert.deepEqual(await left(), []);
  });

  it('leaves no copy behind when the store breaks off, or the service stops', async () => {
    const use = () => assert.fail('never whole');
    const broken = giving(() => pieces(noise(5_000_000), 65_000, new Error('reset')));
    await assert.rejects(withDigestedFile(deps, broken, 'a/x', { withSm3: true }, use), /reset/);
    const stopping = new AbortController();
    const endless = giving(() =>
      Readable.from(
        (async function* () {
          for (let count = 0; ; count += 1) {
            yield noise(65_536);
            if (count === 80) stopping.abort();
          }
        })(),
      ),
    );
    const stopped = withDigestedFile(deps, endless, 'a/x', { withSm3: true, signal: stopping.signal }, use);
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.deepEqual(await left(), []);
  });
});
