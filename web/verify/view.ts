import { type CheckLine, withoutControls } from '../../signing/checklist.ts';
import { isWord, type Language, readableSize, say, type Word } from './words.ts';

/** One verification as it stands. */
export interface Progress {
  name: string;
  lines: readonly CheckLine[];
  running: boolean;
  /** Whether the verifier brought roots, and the log's key. */
  given: { trust: boolean; vkey: boolean };
  reading?: { path: string; done: number; total: number } | undefined;
}

type Attributes = Record<string, string>;

/** An element with attributes and children; text is never taken for markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The element of the page with this id. */
export function the<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element: ${id}`);
  return found as T;
}

/** Puts the page's own texts into a language. */
export function speak(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const place of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const name = place.dataset.text;
    if (isWord(name)) place.textContent = say(language, name);
  }
  const switcher = the('language');
  switcher.textContent = language === 'zh' ? 'English' : '中文';
  switcher.lang = language === 'zh' ? 'en' : 'zh-CN';
}

export const isGood = ({ lines, running }: Progress): boolean =>
  !running && lines.length > 0 && lines.every(({ ok }) => ok);

export function showProgress(language: Language, progress: Progress): void {
  the('result').hidden = false;
  the('subject').textContent = withoutControls(progress.name);
  the('lines').replaceChildren(...progress.lines.map((line) => lineItem(language, line)));
  showSummary(language, progress);
  showReading(language, progress.reading);
}

function lineItem(language: Language, { id, ok, zh, en, detail }: CheckLine): HTMLLIElement {
  const [first, second] = language === 'zh' ? [zh, en] : [en, zh];
  const verdict = say(language, ok ? 'holds' : 'refused');
  const text = element(
    'div',
    {},
    element('p', { class: 'what' }, withoutControls(first)),
    element('p', { class: 'other', lang: language === 'zh' ? 'en' : 'zh-CN' }, withoutControls(second)),
  );
  if (detail) text.append(element('p', { class: 'detail' }, withoutControls(detail)));
  const mark = element('span', { class: 'mark' }, `${ok ? '✓' : '✗'} ${verdict}`);
  return element('li', { class: ok ? 'good' : 'bad', 'data-check': id }, mark, text);
}

function showSummary(language: Language, progress: Progress): void {
  const { lines, running, given } = progress;
  const good = isGood(progress);
  const summary = the('summary');
  const bad = lines.filter(({ ok }) => !ok).length;
  summary.className = running ? 'running' : good ? 'good' : 'bad';
  const paragraph = (word: Word, values?: Record<string, string | number>, attributes: Attributes = {}) =>
    element('p', attributes, say(language, word, values));
  if (running) {
    replaceWhenOther(summary, [paragraph('running', {}, { class: 'verdict' })]);
    return;
  }
  if (!good) {
    const unread = lines.some(({ id, ok }) => !ok && UNREAD.has(id));
    const hints = [paragraph(unread ? 'unreadableHint' : 'failedHint')];
    // What fails with the last line may have kept others from being asked; they are never asked after it.
    if (!unread && lines.at(-1)?.ok === false) hints.push(paragraph('stopped'));
    replaceWhenOther(summary, [failed(language, bad), ...hints]);
    return;
  }
  const trust = paragraph(given.trust ? 'trustGiven' : 'trustInside', {}, given.trust ? {} : { class: 'warning' });
  const vkey = paragraph(given.vkey ? 'vkeyGiven' : 'vkeyInside', {}, given.vkey ? {} : { class: 'warning' });
  const count = paragraph('passedCount', { n: lines.length });
  replaceWhenOther(summary, [element('p', { class: 'verdict' }, `✓ ${say(language, 'passed')}`), count, trust, vkey]);
}

/** Checks that fail when what was chosen is no package at all. */
const UNREAD = new Set(['readable', 'tree.kind']);

const failed = (language: Language, n: number) =>
  element('p', { class: 'verdict' }, `✗ ${say(language, 'failed', { n })}`);

/** What is read aloud when it changes must not be written again unchanged. */
function replaceWhenOther(place: HTMLElement, children: HTMLElement[]): void {
  const next = element('div', {}, ...children);
  if (place.textContent !== next.textContent || place.childElementCount !== children.length)
    place.replaceChildren(...next.children);
}

function showReading(language: Language, reading: Progress['reading']): void {
  const bar = the<HTMLProgressElement>('progress');
  const text = the('reading');
  bar.hidden = text.hidden = reading === undefined;
  if (!reading) return;
  const { path, done, total } = reading;
  bar.value = total > 0 ? Math.min(1, done / total) : 0;
  const sizes = { done: readableSize(Math.min(done, total)), total: readableSize(total) };
  text.textContent = withoutControls(say(language, 'reading', { path, ...sizes }));
  bar.setAttribute('aria-label', say(language, 'running'));
}
