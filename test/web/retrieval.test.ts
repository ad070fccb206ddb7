import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { position } from '../../web/app/retrieval/position.ts';
import { shareOf } from '../../web/app/retrieval/spans.ts';
import { termsUpTo } from '../../web/app/retrieval/terms.ts';

/** By its path alone: what knows of browsers is compiled for them, not with the tests. */
const load = async (name: string) => await import(new URL(`../../web/app/retrieval/${name}.ts`, import.meta.url).href);

describe('pages: retrieval', () => {
  it('tells a position so that one frame is told from the next, and never one that is not reached', () => {
    assert.equal(position(0), '0:00:00');
    assert.equal(position(3599.999), '0:59:59');
    assert.equal(position(3729.04, true), '1:02:09.040');
    assert.equal(position(0.9999, true), '0:00:00.999');
  });

  it('counts what was watched once, however the spans lie', () => {
    const of = (...spans: [number, number][]) =>
      shareOf(
        spans.map(([from, to]) => ({ from, to })),
        100,
      );
    assert.equal(of(), 0);
    assert.equal(of([0, 99]), 1);
    assert.equal(of([0, 49], [25, 74]), 0.75);
    assert.equal(of([50, 59], [0, 9], [0, 9], [5, 6]), 0.2);
    assert.equal(of([0, 49], [50, 99]), 1);
    assert.equal(shareOf([{ from: 0, to: 0 }], 0), 0);
  });

  it('offers terms up to the longest, and those that are named', () => {
    assert.deepEqual(termsUpTo(3600), [1800, 3600]);
    assert.deepEqual(termsUpTo(5000, 60), [60, 1800, 3600, 5000]);
    assert.deepEqual(termsUpTo(60, 3600), [60]);
  });

  it('offers what the matrix gives, and nobody the answer to their own request', async () => {
    const { approvable, mayAnswer, mayRevoke } = await load('may');
    const grant = (more = {}) => ({
      ...{ state: 'waiting', personId: 'asker', departments: ['a', 'b'] },
      records: [
        { recordId: '1', departmentId: 'a' },
        { recordId: '2', departmentId: 'b' },
      ],
      ...more,
    });
    const who = (permissions: object, id = 'other') => ({ id, permissions, departments: [{ id: 'a', name: 'A' }] });
    const approver = who({ 'grant.answer': 'department', 'grant.revoke': 'department' });
    assert.ok(mayAnswer(approver, grant()));
    assert.deepEqual(approvable(approver, grant()), ['1']);
    assert.ok(!mayAnswer(approver, grant({ departments: ['c'] })));
    assert.ok(!mayAnswer(approver, grant({ state: 'live' })));
    assert.ok(!mayAnswer(who({ 'grant.answer': 'department' }, 'asker'), grant()));
    assert.ok(!mayAnswer(who({}), grant()));
    assert.ok(mayRevoke(approver, grant({ state: 'used-up' })));
    assert.ok(!mayRevoke(approver, grant({ state: 'expired' })));
    assert.ok(mayRevoke(who({ 'grant.revoke': 'agency' }), grant({ state: 'live', departments: ['c'] })));
  });

  it('leaves to fields, lists and buttons the keys that are theirs', async () => {
    const { pressKey } = await load('player-keys');
    const done: string[] = [];
    const actions = new Proxy(
      {},
      {
        get:
          (_, name) =>
          (...given: unknown[]) =>
            void done.push([name, ...given].join(' ')),
      },
    );
    const press = (key: string, { within = '', ...more }: { within?: string; ctrlKey?: boolean } = {}) => {
      let prevented = false;
      const closest = (selector: string) => (within && selector.split(', ').includes(within) ? {} : null);
      const target = { closest };
      const event = { key, ctrlKey: false, metaKey: false, altKey: false, target, ...more };
      pressKey({ ...event, preventDefault: () => (prevented = true) }, actions);
      return prevented;
    };
    assert.ok(press(' ') && press('K') && press('.') && press('ArrowLeft') && press('<'));
    assert.deepEqual(done.splice(0), ['toggle', 'toggle', 'step 1', 'skip -5', 'faster -1']);
    assert.ok(!press(' ', { within: 'button' }) && !press('k', { within: 'input' }) && !press('f', { ctrlKey: true }));
    assert.ok(!press('Tab') && !press('z'));
    assert.ok(press('k', { within: 'button' }));
    assert.deepEqual(done, ['toggle']);
  });
});
