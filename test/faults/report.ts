import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './scenario.ts';

const PAGE = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const BETWEEN = /(<!-- faults -->\n)([\s\S]*?)(<!-- \/faults -->)/;
const HEAD = [
  '| fault | how often | acknowledged | lost | longest until acknowledged | memory: most, growth | | run on |',
  '|---|---|---|---|---|---|---|---|',
];

/**
 * Puts what a run saw into the table between the marks in docs/reliability.md, in the order of `names`. Of scenarios that did not run, the row
 * that is there stays; of those that failed, none does.
 */
export async function writeReport(
  names: readonly string[],
  done: ReadonlyMap<string, Outcome>,
  failed: ReadonlySet<string>,
): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const [, , table] = BETWEEN.exec(page) ?? [];
  if (table === undefined) throw new Error('docs/reliability.md has no marks for the report of faults');
  const before = table.split('\n');
  const day = new Date().toISOString().slice(0, 10);
  const rows = names.flatMap((name) => {
    const outcome = done.get(name);
    if (outcome) return [rowOf(name, outcome, day)];
    return failed.has(name) ? [] : before.filter((line) => line.startsWith(`| ${name} |`));
  });
  await writeFile(PAGE, page.replace(BETWEEN, `$1${[...HEAD, ...rows, ''].join('\n')}$3`));
}

function rowOf(name: string, { faults, acknowledged, longest, memory, note = '' }: Outcome, day: string): string {
  const grown = `${memory.most} MiB, ${memory.slope} a minute`;
  return `| ${name} | ${faults} | ${acknowledged} | 0 | ${longest} s | ${grown} | ${note} | ${day} |`;
}
