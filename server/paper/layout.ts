import { number } from './pdf-objects.ts';
import type { Typeface } from './typeface.ts';

/** A4 upright, in points. */
export const PAGE = { width: 595.28, height: 841.89, margin: 48 } as const;

const INNER = PAGE.width - 2 * PAGE.margin;
const LABEL = 132;

/** What a paper consists of, from top to bottom. */
export type Block =
  | { kind: 'title'; zh: string; en: string }
  | { kind: 'heading'; zh: string; en: string }
  | { kind: 'row'; zh: string; en: string; value: string | readonly string[] }
  | { kind: 'text'; text: string };

export interface Laid {
  /** Content streams, a page each. */
  pages: string[];
  /** Lower left corner of what was kept free at the end of the last page. */
  free: { x: number; y: number };
}

/** Lays blocks out on as many pages as they take, keeping `room` points of height free after the last. */
export function layOut(blocks: readonly Block[], typeface: Typeface, room: number): Laid {
  const pages: string[][] = [[]];
  let y = PAGE.height - PAGE.margin;
  const need = (height: number) => {
    if (y - height >= PAGE.margin) return;
    pages.push([]);
    y = PAGE.height - PAGE.margin;
  };
  const draw = (line: string) => pages.at(-1)?.push(line);
  const lines = (text: string, x: number, width: number, size: number, leading: number) => {
    for (const line of wrap(typeface.showable(text), width, size, typeface)) {
      need(leading);
      y -= leading;
      draw(textAt(typeface, line, x, y, size));
    }
  };
  for (const block of blocks) {
    if (block.kind === 'title') {
      lines(block.zh, PAGE.margin, INNER, 20, 28);
      lines(block.en, PAGE.margin, INNER, 11, 17);
      y -= 6;
    } else if (block.kind === 'heading') {
      need(60);
      y -= 8;
      lines(`${block.zh}  ${block.en}`, PAGE.margin, INNER, 11, 16);
      y -= 4;
      draw(`0.5 w ${number(PAGE.margin)} ${number(y)} m ${number(PAGE.margin + INNER)} ${number(y)} l S`);
      y -= 2;
    } else if (block.kind === 'text') {
      lines(block.text, PAGE.margin, INNER, 8.5, 13);
      y -= 2;
    } else {
      need(17);
      const [top, before] = [y, pages.length];
      const zh = typeface.showable(block.zh);
      const beside = PAGE.margin + typeface.width(zh, 9.5) + 5;
      draw(textAt(typeface, zh, PAGE.margin, top - 13, 9.5));
      draw(textAt(typeface, typeface.showable(block.en), beside, top - 13, 6.5));
      for (const part of [block.value].flat()) lines(part, PAGE.margin + LABEL, INNER - LABEL, 9.5, 13);
      y = (pages.length === before ? Math.min(y, top - 13) : y) - 4;
    }
  }
  need(room);
  for (const [at, page] of pages.entries())
    page.push(textAt(typeface, `${at + 1} / ${pages.length}`, PAGE.width / 2 - 10, PAGE.margin - 20, 8));
  return { pages: pages.map((page) => `${page.join('\n')}\n`), free: { x: PAGE.margin, y: y - room } };
}

/** One line of showable text from its baseline. */
export const textAt = (typeface: Typeface, text: string, x: number, y: number, size: number): string =>
  `BT /F1 ${number(size)} Tf ${number(x)} ${number(y)} Td ${typeface.encode(text)} Tj ET`;

/** Breaks showable text between words, and anywhere where writing has none or a word is too long. */
export function wrap(text: string, width: number, size: number, typeface: Typeface): string[] {
  const done: string[] = [];
  let line = '';
  const put = (part: string) => {
    if (typeface.width(line + part, size) <= width) {
      line += part;
      return;
    }
    if (line.trim() !== '') done.push(line.trimEnd());
    line = part.trimStart();
  };
  for (const word of text.match(/[\u2e80-\uffef]|\s+|[^\s\u2e80-\uffef]+/gu) ?? []) {
    if (typeface.width(word, size) <= width) put(word);
    else for (const character of word) put(character);
  }
  return [...done, line.trimEnd()];
}
