import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { dutyDocuments, LeasedDuty } from '../../server/duty.ts';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';

describe('what one of several processes does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tiezheng-duty-'));
  let database: SqliteDatabase;
  let documents: SqliteDocumentStore;

  before(async () => {
    database = await SqliteDatabase.open(dir);
    documents = await SqliteDocumentStore.open(database, dutyDocuments);
  });
  after(async () => {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is done by one, handed over when it ends, and taken when it is silent for a term', async () => {
    const duties = Array.from({ length: 3 }, () => new LeasedDuty(documents, 600));
    const held = await Promise.all(duties.map((duty) => duty.mine()));
    assert.equal(held.filter(Boolean).length, 1);
    const holder = duties[held.indexOf(true)];
    const others = duties.filter((duty) => duty !== holder);
    assert.equal(await holder?.mine(), true);
    await holder?.lay();
    assert.equal(await others[0]?.mine(), true);
    assert.equal(await others[1]?.mine(), false);
    await others[1]?.lay();
    assert.equal(await others[0]?.mine(), true);
    const began = performance.now();
    while (!(await others[1]?.mine())) await sleep(20);
    assert.ok(performance.now() - began > 400);
    await sleep(200);
    assert.equal(await others[0]?.mine(), false);
  });
});
