import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { type CaseKindName, isStageOf, stages } from '../../../server/policy/case-kinds.ts';
import { deadlineNames, deadlinePolicies, endedBy, startedBy } from '../../../server/policy/deadlines.ts';

describe('deadline policies', () => {
  const own = (kind: CaseKindName) => stages.filter((stage) => isStageOf(kind, stage));

  it('name stages that their kinds of case have, and a source with an article or item', () => {
    for (const name of deadlineNames) {
      const { kinds, starts, ends, citation, extension } = deadlinePolicies[name];
      for (const kind of kinds) {
        assert.ok(
          starts.some((stage) => isStageOf(kind, stage)),
          `${name} never starts in ${kind}`,
        );
        assert.ok(
          own(kind).some((stage) => endedBy(name, stage)),
          `${name} never ends in ${kind}`,
        );
      }
      assert.ok(!starts.some((stage) => ends.includes(stage)), name);
      assert.match(citation, /第.+条|二（六）/, name);
      if (extension) assert.match(extension.citation, /第.+条.*批准/, name);
    }
  });

  it('count short periods of the laws in workdays, long ones in days', () => {
    const unit = (name: keyof typeof deadlinePolicies) =>
      `${deadlinePolicies[name].value} ${deadlinePolicies[name].unit}`;
    assert.deepEqual(
      ['penalty-decide', 'penalty-serve', 'seizure-settle', 'licence-decide'].map((name) => unit(name as never)),
      ['90 days', '7 workdays', '30 days', '20 workdays'],
    );
    assert.ok(!deadlinePolicies['seizure-settle'].rollsOn);
  });

  it('start what is in force, by kind and stage', () => {
    const day = '2026-11-27';
    assert.deepEqual(startedBy('penalty', 'FILE', day), ['penalty-decide']);
    assert.deepEqual(startedBy('penalty', 'DECIDE', day), ['penalty-serve', 'publish-fast']);
    assert.deepEqual(startedBy('penalty', 'SUMMARY', day), ['spot-report', 'publish-fast']);
    assert.deepEqual(startedBy('licence', 'DECIDE', day), ['licence-deliver', 'publish-fast']);
    assert.deepEqual(startedBy('coercion', 'DECIDE', day), ['publish']);
    assert.deepEqual(startedBy('inspection', 'COERCE', day), ['seizure-settle']);
    assert.deepEqual(startedBy('penalty', 'INVESTIGATE', day), []);
    assert.deepEqual(startedBy('penalty', 'FILE', '2021-07-14'), []);
  });

  it('stand in the docs as they are', () => {
    const docs = readFileSync(new URL('../../../docs/deadlines.md', import.meta.url), 'utf8');
    const rows = deadlineNames.map((name) => {
      const { label, kinds, starts, ends, outlastsClosing, value, unit, extension, binding, citation } =
        deadlinePolicies[name];
      const length = `${value} ${unit === 'days' ? '日' : '工作日'}${extension ? ` + ${extension.value}` : ''}`;
      const until = [...ends, ...(outlastsClosing ? [] : ['CLOSE'])].join(', ');
      const source = [citation, ...(extension ? [extension.citation] : [])].join('；');
      return `| \`${name}\` ${label.zh} | ${kinds.join(', ')} | ${starts.join(', ')} | ${until} | ${length} | ${binding} | ${source} |`;
    });
    assert.deepEqual(
      docs.split('\n').filter((line) => line.startsWith('| `')),
      rows,
    );
  });

  it('end by what they wait for, and by closing unless they outlast it', () => {
    assert.ok(endedBy('penalty-decide', 'DECIDE') && !endedBy('penalty-decide', 'NOTICE'));
    assert.ok(endedBy('penalty-serve', 'CLOSE') && !endedBy('publish-fast', 'CLOSE'));
  });
});
