import assert from 'node:assert/strict';
import type { RootHookObject } from 'mocha';
import { endDrivers } from './driver.ts';
import { leaveScene } from './scene.ts';
import { settleTable } from './table.ts';

/**
 * After the last test the table of docs/proofs.md is compared with what was seen; with JUDGES_TABLE=write it is written. Rows that were
 * not seen are a fault only where every judge is required.
 */
export const mochaHooks: RootHookObject = {
  afterAll() {
    endDrivers();
    leaveScene();
    const { unwritten, unseen } = settleTable(process.env.JUDGES_TABLE === 'write');
    assert.deepEqual(
      unwritten,
      [],
      'docs/proofs.md does not say what was seen (JUDGES_TABLE=write npm run test:outside)',
    );
    if (process.env.JUDGES === 'required') assert.deepEqual(unseen, [], 'docs/proofs.md says what was not seen');
  },
};
