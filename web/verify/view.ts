import { type CheckLine, withoutControls } from '../../signing/checklist.ts';
import { type Note, type Progress, summaryOf } from './summary.ts';
import { isWord, type Language, readableSize, say } from './words.ts';

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

const MARKS = { running: '', good: '✓ ', bad: '✗ ' };

function showSummary(language: Language, progress: Progress): void {
  const { tone, verdict, notes } = summaryOf(progress);
  const place = the('summary');
  place.className = tone;
  const text = ({ word, values }: Note) => say(language, word, values);
  replaceWhenOther(place, [
    element('p', { class: 'verdict' }, MARKS[tone] + text(verdict)),
    ...notes.map((note) => element('p', note.warning ? { class: 'warning' } : {}, text(note))),
  ]);
}

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
