import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { commands } from '../../scripts/commands.ts';
import { configSchema, readConfig } from '../../server/config.ts';
import { documentKinds } from '../../server/documents.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of the table in the section that a heading begins, as their cells. */
function rowsUnder(text: string, heading: RegExp): string[][] {
  const [, section = ''] = text.split(heading);
  return section
    .split(/^## /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')));
}

function markdown(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\.|node_modules$|data$|web$|test$)/.test(entry.name) ? [] : markdown(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** GitHub's anchors of a document's headings. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('README and docs', () => {
  it('lists every setting with its default, in the order of the schema', () => {
    const defaults: Record<string, unknown> = readConfig({});
    const expected = Object.keys(configSchema.shape).map((name) => [name, String(defaults[name] ?? '')]);
    const rows = rowsUnder(read('README.md'), /^## .*Configuration$/m);
    assert.deepEqual(
      rows.map(([, name, value]) => [name, value]),
      expected,
    );
    for (const [, name, , meaning] of rows) assert.ok(meaning, `${name} is explained`);
  });

  it('names every command', () => {
    const [, section = ''] = read('README.md').split(/^## .*Commands$/m);
    for (const name of Object.keys(commands)) assert.match(section, new RegExp(`\`${name}[ \`]`));
  });

  it('tells what the loss of each kind of working state means', () => {
    const text = read('docs/operations.md');
    for (const { kind, sort } of documentKinds) {
      if (sort === 'state') assert.ok(text.includes(`\`${kind}\``), `${kind} is not in docs/operations.md`);
    }
  });

  it('explains every kill point', () => {
    const source = (folder: string): string[] =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const points = source('server').flatMap((name) =>
      [...read(join('server', name)).matchAll(/\bpoint\('([a-z.-]+)'\)/g)].map(([, point]) => point),
    );
    const text = read('docs/architecture.md');
    for (const point of points) assert.ok(text.includes(`\`${point}\``), `${point} is not in docs/architecture.md`);
  });

  for (const path of markdown()) {
    it(`${path}: its links lead somewhere`, () => {
      const text = read(path).replace(/^```[\s\S]*?^```/gm, '');
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const full = file === '' ? join(root, path) : join(root, dirname(path), file);
        assert.ok(existsSync(full), `${target} is not there`);
        if (anchor) assert.ok(anchors(readFileSync(full, 'utf8')).includes(anchor), `${target} has no such heading`);
      }
    });
  }
});
