import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import type { Deps } from '../../server/deps.ts';
import { Metrics } from '../../server/http/metrics.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(read('docs/alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** Names of series, each with the labels that it may have. */
function series(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  // Nothing is collected: names and labels are declared.
  for (const metric of new Metrics({} as Deps).registry.getMetricsAsArray()) {
    const { name, labelNames = [] } = metric as { name: string; labelNames?: string[] };
    const { type } = metric as unknown as { type: string };
    if (type !== 'histogram') found.set(name, new Set(labelNames));
    else for (const part of ['bucket', 'sum', 'count']) found.set(`${name}_${part}`, new Set([...labelNames, 'le']));
  }
  return found;
}

describe('docs/alerts.yml', () => {
  it('asks for series and labels that the service has', () => {
    const known = series();
    assert.ok(known.has('tiezheng_http_seconds_bucket') && rules.length > 0);
    for (const { alert, expr } of rules) {
      const named = [...expr.matchAll(/\b(tiezheng_\w+)(?:\{([^}]*)\})?/g)];
      assert.ok(named.length > 0 || expr.startsWith('up{'), alert);
      for (const [, name = '', selector = ''] of named) {
        assert.ok(known.has(name), `${alert}: there is no ${name}`);
        for (const [, label = ''] of selector.matchAll(/(\w+)=/g))
          assert.ok(known.get(name)?.has(label), `${alert}: ${name} has no label ${label}`);
      }
    }
  });

  it('is explained alert by alert, and what operations names of metrics is there', () => {
    const text = read('docs/operations.md');
    for (const { alert } of rules) assert.ok(text.includes(`\`${alert}\``), `${alert} is not in docs/operations.md`);
    const known = series();
    for (const [, name = ''] of text.matchAll(/`(tiezheng_\w+)/g)) {
      assert.ok(known.has(name) || known.has(`${name}_count`), `there is no ${name}`);
    }
  });
});
