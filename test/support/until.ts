import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what is to come about by itself, by the real clock; fails when it does not in so many ms. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  for (const end = performance.now() + ms; !(await holds()); await sleep(20))
    assert.ok(performance.now() < end, `not within ${ms} ms`);
}
