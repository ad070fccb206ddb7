import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './scenario.ts';

const PAGE = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const BETWEEN = /(<!-- faults -->\n)[\s\S]*?(<!-- \/faults -->)/;

/** Puts the table of a run between the marks in docs/reliability.md. */
export async function writeReport(done: ReadonlyMap<string, Outcome>): Promise<void> {
  const lines = [...done].map(
    ([name, { faults, acknowledged, longest, memory, note = '' }]) =>
      `| ${name} | ${faults} | ${acknowledged} | 0 | ${longest} s | ${memory.most} MiB, ${memory.slope} a minute | ${note} |`,
  );
  const table = [
    '| fault | how often | acknowledged | lost | longest until acknowledged | memory: most, growth | |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
  const page = await readFile(PAGE, 'utf8');
  if (!BETWEEN.test(page)) throw new Error('docs/reliability.md has no marks for the report of faults');
  await writeFile(PAGE, page.replace(BETWEEN, `$1${table}$2`));
}
