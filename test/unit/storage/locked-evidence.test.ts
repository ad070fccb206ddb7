import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { beforeEach, describe, it } from 'mocha';
import { LockedEvidenceStore } from '../../../storage/objects/locked-evidence.ts';
import { type Lock, type LockedWrites, type Retention, stronger } from '../../../storage/objects/object-locks.ts';
import type { EvidenceStore } from '../../../storage/objects/object-store.ts';

const DAY = 24 * 60 * 60_000;
const DAYS = 100;

/** Locks by key, as a server would hold them; what real servers do is in test/servers. */
class Locks {
  readonly held = new Map<string, Lock>();
  /** How often a lock was put. */
  put = 0;
  /** The locks that went with writes. */
  readonly written: (Lock | undefined)[] = [];

  readonly store = {
    put: async (_key: string, _source: unknown, lock?: Lock) => this.written.push(lock),
    retention: async (key: string) => this.held.get(key),
    retain: async (key: string, lock: Lock) => {
      this.put += 1;
      this.held.set(key, stronger(lock, this.held.get(key)));
      return this.held.get(key) as Lock;
    },
  } as unknown as EvidenceStore & Retention & LockedWrites;
}

describe('evidence under locks', () => {
  let now: Date;
  let locks: Locks;
  let evidence: LockedEvidenceStore;

  beforeEach(() => {
    now = new Date('2026-06-01T00:00:00.000Z');
    locks = new Locks();
    evidence = new LockedEvidenceStore(locks.store, {
      mode: 'governance',
      days: DAYS,
      now: () => now,
      able: () => true,
    });
  });

  const at = (days: number) => new Date(now.getTime() + days * DAY);
  const until = () => locks.held.get('x')?.until;

  it('is locked by its write up to the horizon, or to the end of its term where that comes first', async () => {
    await evidence.put('x', Readable.from([]));
    assert.deepEqual(until(), at(DAYS));
    assert.deepEqual(locks.written[0], { mode: 'governance', until: new Date(at(DAYS).getTime() + 60_000) });
    const [soon, late] = [at(10), at(1000)];
    await evidence.keeping({ until: soon }).put('soon', Readable.from([]));
    await evidence.keeping({ until: late, mode: 'compliance' }).put('late', Readable.from([]));
    assert.deepEqual(locks.held.get('soon'), { mode: 'governance', until: soon });
    assert.deepEqual(locks.written[1], { mode: 'governance', until: soon });
    assert.deepEqual(locks.held.get('late'), { mode: 'compliance', until: at(DAYS) });
  });

  it('is not locked any more once its term is over, nor in its last three days', async () => {
    for (const end of [at(-1), now, at(2.99)]) {
      await evidence.keeping({ until: end }).put('x', Readable.from([]));
      assert.equal(await evidence.extend('x', { until: end }), undefined);
      assert.equal(await evidence.fault('x', { until: end, mode: 'compliance' }), undefined);
    }
    assert.deepEqual([locks.put, locks.held.size, locks.written], [0, 0, [undefined, undefined, undefined]]);
  });

  it('is locked on before a quarter of the horizon is over, never past its term, and is never shortened', async () => {
    const end = at(130);
    await evidence.extend('x', { until: end });
    assert.deepEqual(until(), at(DAYS));
    now = at(24);
    await evidence.extend('x', { until: end });
    assert.equal(locks.put, 1);
    now = at(2);
    await evidence.extend('x', { until: end });
    assert.deepEqual([until(), locks.put], [at(DAYS), 2]);
    now = at(60);
    await evidence.extend('x', { until: end });
    assert.deepEqual([until(), locks.put], [end, 3]);
    now = at(20);
    await evidence.extend('x', { until: end });
    await evidence.extend('x', { until: at(1) });
    assert.deepEqual([until(), locks.put], [end, 3]);
  });

  it('follows a term that grows, and a mode that becomes firmer', async () => {
    await evidence.extend('x', { until: at(10) });
    await evidence.extend('x', { until: at(60) });
    assert.deepEqual(until(), at(60));
    await evidence.extend('x', { mode: 'compliance' });
    assert.deepEqual(locks.held.get('x'), { mode: 'compliance', until: at(DAYS) });
  });

  it('is at fault without a lock, under one that ends too soon, and under one that is too weak', async () => {
    const fault = (keeping = {}) => evidence.fault('x', keeping);
    const hold = (days: number, mode: Lock['mode'] = 'governance') => locks.held.set('x', { mode, until: at(days) });
    assert.equal(await fault(), 'none');
    hold(-1);
    assert.equal(await fault(), 'none');
    assert.equal(await fault({ until: at(4) }), 'none');
    hold(49);
    assert.equal(await fault(), 'short');
    assert.equal(await fault({ until: at(50) }), 'short');
    assert.equal(await fault({ until: at(49) }), undefined);
    hold(51);
    assert.equal(await fault(), undefined);
    assert.equal(await fault({ mode: 'compliance' }), 'liftable');
    hold(51, 'compliance');
    assert.equal(await fault({ mode: 'compliance' }), undefined);
  });
});
