import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProofError } from '../../signing/proof-error.ts';
import { actor, noteKind, openLedger } from '../support/ledger.ts';

describe('ledger: what shares a batch', () => {
  it('is not refused for an entry among it that is too long or not canonical', async () => {
    const { ledger, store, close, remove } = await openLedger();
    const write = (id: string, colour: string) =>
      ledger.execute(noteKind, 'one', id, actor, () => [
        { type: 'note.written' as const, data: { text: 'x', colour } },
      ]);
    const told = await Promise.allSettled([
      write('a', 'red'),
      write('b', 'x'.repeat(70_000)),
      write('c', 'blue'),
      write('d', '\ud800'),
      write('e', 'green'),
    ]);
    assert.deepEqual(
      told.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    const reasons = told.flatMap((one) => (one.status === 'rejected' ? [one.reason as ProofError] : []));
    assert.ok(reasons.every((reason) => reason instanceof ProofError));
    assert.equal(reasons[0]?.code, 'ENTRY_TOO_LARGE');
    assert.equal((await store.head('one')).size, 3);
    assert.equal((await write('b', 'short')).version, 1);
    await close();
    await remove();
  });
});
