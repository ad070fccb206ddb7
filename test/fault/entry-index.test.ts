import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { BLOCK, blockKind } from '../../server/ledger/entry-blocks.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { tiezheng } from '../support/process.ts';

describe('the index of entries at rest', function () {
  this.timeout(60_000);

  itOnFiles('is missed by fsck where it is gone, and made again by rebuild', async () => {
    const app = await startApp();
    try {
      const agency = await foundAgency(app);
      await Promise.all(Array.from({ length: 2 * BLOCK }, () => agency.department()));
      const { client } = await agency.person({ roles: ['auditor'] });
      const search = async () => must(await client.get('/ledger/entries?kind=department&limit=200&order=asc')).items;
      const before = await search();
      assert.equal(before.length, 200);
      await app.stop();
      const faults = async () => {
        const found: string[] = [];
        await check(app.place, ({ grade, where }) => grade === 'fault' && found.push(where));
        return found;
      };
      assert.deepEqual(await faults(), []);
      const db = new DatabaseSync(join(app.dataDir, 'tiezheng.db'));
      const id = `${agency.id}/0`;
      const { changes } = db.prepare('DELETE FROM documents WHERE kind = ? AND id = ?').run(blockKind, id);
      db.prepare('DELETE FROM document_keys WHERE kind = ? AND id = ?').run(blockKind, id);
      db.close();
      assert.equal(Number(changes), 1);
      assert.deepEqual(await faults(), [`entry index ${agency.id}`]);
      assert.equal((await tiezheng(['rebuild'], app.place)).code, 0);
      assert.deepEqual(await faults(), []);
    } finally {
      await app.destroy();
    }
  });
});
