import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, describe, it } from 'mocha';
import type { Verdict } from './driver.ts';
import { has } from './run.ts';
import { saw } from './table.ts';

/** A tampered twin of a thing. */
export type Twins<T> = Record<string, (thing: T) => T>;

export interface Claim<T> {
  judge: string;
  artefact: string;
  /** What the judge is asked about, made when the test runs. */
  thing: () => T;
  ask: (thing: T) => Verdict | Promise<Verdict>;
  /** Twins by what was done to them: each is refused. */
  refuses: Twins<T>;
  /** Twins that this judge accepts, so that it is never the only one asked. */
  overlooks?: Twins<T>;
}

/** With it, a judge that is not here is a failure. */
const REQUIRED = process.env.JUDGES === 'required';

/**
 * The tests of one judge. `needs` are the programs, or files of the cache, without which it cannot be asked: then its tests are
 * skipped and say so, or fail where judges are required.
 */
export function judge(name: string, needs: readonly string[], declare: () => void): void {
  describe(name, () => {
    before(function () {
      const missing = needs.filter((need) => (need.includes('/') ? !existsSync(need) : !has(need)));
      if (missing.length === 0) return;
      assert.ok(!REQUIRED, `${name} is not here: ${missing.join(', ')}`);
      console.log(`      跳过：没有 ${name} (skipped, not here: ${missing.join(', ')})`);
      this.skip();
    });
    declare();
  });
}

/** Tests that a judge accepts an artefact and refuses each of its twins, and puts it into the table. */
export function claim<T>({ judge, artefact, thing, ask, refuses, overlooks = {} }: Claim<T>): void {
  const row = { judge, artefact };
  it(`${artefact}: accepted`, async () => {
    const { ok, said } = await ask(thing());
    assert.ok(ok, said);
    saw(row);
  });
  for (const [twin, tamper] of Object.entries(refuses)) {
    it(`${artefact}: ${twin} is refused`, async () => {
      const { ok, said } = await ask(tamper(thing()));
      assert.ok(!ok, `accepted: ${said}`);
      saw(row, { refused: twin });
    });
  }
  for (const [twin, tamper] of Object.entries(overlooks)) {
    it(`${artefact}: ${twin} is overlooked by this judge`, async () => {
      const { ok, said } = await ask(tamper(thing()));
      assert.ok(ok, `refused, which is better than the table says: ${said}`);
      saw(row, { overlooked: twin });
    });
  }
}
