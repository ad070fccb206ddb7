import { withoutControls } from '../../signing/checklist.ts';
import type { PackagedRecord } from '../../signing/package-layout.ts';
import type { FileTree } from './file-tree.ts';
import { element, the } from './view.ts';
import { type Language, readableSize, say } from './words.ts';

/** Types that a browser shows without running anything in them. */
const SHOWN = /^(video\/[\w.+-]+|audio\/[\w.+-]+|image\/(png|jpeg|gif|webp|bmp))$/;

/** Lists the records, with their originals to be played, shown or saved. Returns what gives the memory of them free. */
export function showRecords(language: Language, files: FileTree, records: readonly PackagedRecord[], good: boolean) {
  const urls: string[] = [];
  const urlOf = (blob: Blob) => {
    const url = URL.createObjectURL(blob);
    urls.push(url);
    return url;
  };
  the('records').hidden = records.length === 0;
  const hint = the('records-hint');
  hint.textContent = say(language, good ? 'recordsGood' : 'recordsBad');
  hint.className = good ? '' : 'warning';
  the('record-list').replaceChildren(...records.map((record) => recordItem(language, files, record, urlOf)));
  return () => {
    for (const url of urls) URL.revokeObjectURL(url);
  };
}

type UrlOf = (blob: Blob) => string;

function recordItem(language: Language, files: FileTree, record: PackagedRecord, urlOf: UrlOf): HTMLLIElement {
  const { file, title, originalName, mediaType = '', size = 0 } = record;
  const name = withoutControls(originalName);
  const item = element('li', {}, element('h3', {}, withoutControls(title) || name));
  if (file === undefined) {
    item.append(element('p', { class: 'other' }, say(language, 'absent')));
    return item;
  }
  item.append(
    element('p', { class: 'detail' }, `${name} · ${withoutControls(mediaType)} · ${readableSize(size)} · ${file}`),
  );
  const stage = element('div', { class: 'stage' });
  const buttons = element('p', { class: 'buttons' });
  const withBlob = (type: string, use: (blob: Blob) => void) => async () => {
    const blob = await files.blob(file, type).catch(() => undefined);
    if (blob) use(blob);
    else stage.replaceChildren(element('p', { class: 'warning', role: 'alert' }, say(language, 'compressed')));
  };
  if (SHOWN.test(mediaType)) {
    const word = mediaType.startsWith('image/') ? 'show' : 'play';
    const open = button(say(language, word), name);
    open.addEventListener(
      'click',
      withBlob(mediaType, (blob) => stage.replaceChildren(player(language, mediaType, urlOf(blob), name))),
    );
    buttons.append(open);
  }
  const save = button(say(language, 'save'), name);
  save.addEventListener(
    'click',
    withBlob('application/octet-stream', (blob) => element('a', { href: urlOf(blob), download: name }).click()),
  );
  buttons.append(save);
  item.append(buttons, stage);
  return item;
}

const button = (text: string, of: string) => element('button', { type: 'button', 'aria-label': `${text} ${of}` }, text);

function player(language: Language, mediaType: string, src: string, name: string): HTMLElement {
  const kind = mediaType.startsWith('image/') ? 'img' : mediaType.startsWith('audio/') ? 'audio' : 'video';
  const made: HTMLElement =
    kind === 'img'
      ? element('img', { src, alt: name })
      : element(kind, { src, controls: '', autoplay: '', 'aria-label': name });
  made.addEventListener('error', () => {
    made.replaceWith(element('p', { class: 'warning', role: 'alert' }, say(language, 'unplayable')));
  });
  return made;
}
