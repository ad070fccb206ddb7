import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What was seen in this run: judges by artefact, and what they made of its twins. */
interface Row {
  artefact: string;
  judge: string;
  refused: string[];
  overlooked: string[];
}

const page = fileURLToPath(new URL('../../docs/proofs.md', import.meta.url));
const [START, END] = ['<!-- judges: start -->', '<!-- judges: end -->'];
const rows: Row[] = [];

export function saw(
  { artefact, judge }: Pick<Row, 'artefact' | 'judge'>,
  twin: { refused?: string; overlooked?: string } = {},
): void {
  const known = rows.find((each) => each.artefact === artefact && each.judge === judge);
  const row = known ?? { artefact, judge, refused: [], overlooked: [] };
  if (!known) rows.push(row);
  if (twin.refused !== undefined) row.refused.push(twin.refused);
  if (twin.overlooked !== undefined) row.overlooked.push(twin.overlooked);
}

function linesOf(): string[] {
  return rows
    .map((row) => [row.artefact, row.judge, row.refused.join('; '), row.overlooked.join('; ')])
    .map((cells) => `| ${cells.join(' | ')} |`)
    .sort();
}

/**
 * Puts the table of this run into docs/proofs.md, between its two marks; or, with `write` false, returns the lines that were seen and
 * do not stand there, and the other way round.
 */
export function settleTable(write: boolean): { unwritten: string[]; unseen: string[] } {
  const text = readFileSync(page, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error('docs/proofs.md has no place for the table');
  const seen = linesOf();
  if (write) {
    const head = '| artefact | judge accepts it | and refuses | overlooks |\n|---|---|---|---|';
    writeFileSync(page, `${text.slice(0, start)}${START}\n${head}\n${seen.join('\n')}\n${text.slice(end)}`);
    return { unwritten: [], unseen: [] };
  }
  const written = text.slice(start, end).trim().split('\n').slice(3);
  return {
    unwritten: seen.filter((line) => !written.includes(line)),
    unseen: written.filter((line) => !seen.includes(line)),
  };
}
