import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as attempts from '../../server/access/attempts.ts';
import { SYSTEM_CHAIN } from '../../server/deps.ts';
import { startApp, type TestApp } from '../support/app.ts';

/** The module once more, as another process has it: with turns of its own. */
const elsewhere = (await import('../../server/access/attempts.ts?elsewhere' as string)) as typeof attempts;

describe('wrong passwords at two processes', () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.destroy());

  /** A guess at each process, both on their way before either is judged. */
  async function guessAtBoth(id: string, onLock: (failures: number) => Promise<void>): Promise<void> {
    const both = Promise.withResolvers<void>();
    let waiting = 0;
    const wrong = async () => {
      if (++waiting === 2) both.resolve();
      await both.promise;
      return undefined;
    };
    const guesses = [attempts, elsewhere].map((process) => process.attempt(app.deps, id, wrong, onLock));
    await Promise.all(guesses.map((guess) => assert.rejects(guess, { code: 'LOGIN_FAILED' })));
  }

  it('are all counted, and lock as one process does', async () => {
    const id = await attempts.attemptsId(app.deps, SYSTEM_CHAIN, 'parallel');
    const counted = async () => (await app.deps.documents.get('sign-in-attempts', id))?.body;
    const locks: number[] = [];
    const onLock = async (failures: number) => void locks.push(failures);
    for (let failures = 2; failures <= 10; failures += 2) {
      await guessAtBoth(id, onLock);
      assert.equal((await counted())?.failures, failures);
      app.clock.advance(64_000);
    }
    assert.equal((await counted())?.locked, true);
    assert.ok(locks.includes(10), String(locks));
  });
});
