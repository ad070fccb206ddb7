import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { type ExportEvent, exportKind } from '../../server/archive/events.ts';
import { type CaseEvent, caseKind } from '../../server/cases/events.ts';
import { systemActor } from '../../server/deps.ts';
import { packageKey } from '../../storage/objects/layout.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';

const actor = systemActor('test');

describe('export after a crash', () => {
  it('packs again what was being packed, and removes packages that nobody asked for', async () => {
    const app = await startApp();
    const agency = await foundAgency(app);
    const { ledger, newId, work } = app.deps;
    const [caseId, exportId, stray] = [newId(), newId(), newId()];
    const opened: CaseEvent = {
      type: 'case.opened',
      data: { kind: 'penalty', cause: '案由', departmentId: 'd', stage: 'INSPECT' },
    };
    await ledger.execute(caseKind, agency.id, caseId, actor, () => [opened]);
    await sleep(50);
    const requested: ExportEvent = { type: 'export.requested', data: { caseId } };
    await ledger.execute(exportKind, agency.id, exportId, actor, () => [requested]);
    for (const id of [exportId, stray]) await work.put(packageKey(agency.id, id), Buffer.from('half a package'));
    await app.stop();

    const again = await startApp({ dataDir: app.dataDir });
    try {
      const state = async () => (await again.deps.ledger.load(exportKind, agency.id, exportId)).state;
      for (let round = 0; round < 200 && (await state())?.state === 'queued'; round++) await sleep(25);
      const done = await state();
      assert.equal(done?.state, 'ready');
      assert.equal(await again.deps.work.size(packageKey(agency.id, exportId)), done?.package?.size);
      assert.equal(await again.deps.work.size(packageKey(agency.id, stray)), undefined);
    } finally {
      await again.destroy();
    }
  });
});
