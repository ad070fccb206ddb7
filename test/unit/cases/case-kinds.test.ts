import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { caseNumberClaim } from '../../../server/cases/events.ts';
import { caseKindPolicies, caseKinds, isStageOf, mayFollow, type Stage } from '../../../server/policy/case-kinds.ts';

describe('stage tables', () => {
  for (const kind of caseKinds) {
    const { start, next, citation } = caseKindPolicies[kind];
    const own = Object.keys(next) as Stage[];

    it(`${kind}: every stage is reached from a start, leads only to its own stages, and can come to an end`, () => {
      assert.ok(citation.length > 10);
      const reached = new Set<Stage>(start);
      for (const stage of reached) for (const after of next[stage] ?? []) reached.add(after);
      assert.deepEqual([...reached].sort(), [...own].sort());
      for (const stage of own) assert.ok(canClose(stage, next), stage);
      for (const stage of ['CLOSE', 'ARCHIVE'] as const) {
        assert.ok((next[stage] ?? []).every((after) => after === 'PUBLISH' || after === 'ARCHIVE'));
      }
      assert.ok(!start.includes('CLOSE'));
    });
  }

  it('knows its stages and nothing that objects have besides', () => {
    assert.ok(isStageOf('penalty', 'HEARING'));
    for (const stage of ['toString', '__proto__', 'constructor', '', 'hearing'])
      assert.ok(!isStageOf('penalty', stage));
    assert.ok(!isStageOf('inspection', 'HEARING'));
    assert.ok(!mayFollow('penalty', 'SERVE', 'INVESTIGATE'));
  });

  function canClose(from: Stage, next: Readonly<Partial<Record<Stage, readonly Stage[]>>>): boolean {
    const seen = new Set<Stage>([from]);
    for (const stage of seen) for (const after of next[stage] ?? []) seen.add(after);
    return seen.has('CLOSE') || seen.has('ARCHIVE') || from === 'ARCHIVE' || from === 'PUBLISH';
  }
});

describe('case numbers', () => {
  it('are one in whatever brackets, width, case and blanks', () => {
    const forms = ['龙教罚〔2026〕1号', '龙教罚[2026]1号', '龙教罚（２０２６）１号', ' 龙教罚 【2026】 1号'];
    assert.equal(new Set(forms.map((form) => caseNumberClaim(form).value)).size, 1);
    assert.notEqual(caseNumberClaim('龙教罚〔2026〕1号').value, caseNumberClaim('龙教罚〔2026〕11号').value);
  });
});
