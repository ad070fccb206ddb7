import './global-buffer.ts';
import './style.css';

import { chosenFiles, droppedFiles } from './dropped.ts';
import type { FoundFile } from './file-tree.ts';
import { readRecords } from './packaged-records.ts';
import { showRecords } from './records.ts';
import { type Beliefs, type Result, verifyFiles } from './run.ts';
import { isGood, type Progress } from './summary.ts';
import { showProgress, speak, the } from './view.ts';
import type { Language } from './words.ts';

let language: Language = 'zh';
let found: Promise<readonly FoundFile[]> = Promise.resolve([]);
let progress: Progress | undefined;
let result: Result | undefined;
let run = new AbortController();
let forget = () => {};

async function check(files: Promise<readonly FoundFile[]>): Promise<void> {
  run.abort();
  run = new AbortController();
  const { signal } = run;
  found = files;
  result = undefined;
  the<HTMLButtonElement>('again').disabled = false;
  the('records').hidden = true;
  const done = await verifyFiles(files, beliefs(), signal, (now) => {
    progress = now;
    showProgress(language, now);
  });
  if (signal.aborted || !progress) return;
  result = done;
  await show();
}

function beliefs(): Beliefs {
  const [trust = '', vkey, witnesses = ''] = ['trust', 'vkey', 'witnesses'].map((id) =>
    the<HTMLInputElement>(id).value.trim(),
  );
  return {
    trust: trust && `${trust}\n`,
    vkey,
    crl: the<HTMLInputElement>('crl').files?.[0],
    witnesses: witnesses.split(/\s+/).filter((key) => key !== ''),
  };
}

async function show(): Promise<void> {
  speak(language);
  if (progress) showProgress(language, progress);
  forget();
  if (!result || !progress) return;
  const { files } = result;
  forget = showRecords(language, files, await readRecords(files), isGood(progress));
}

the('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  void show();
});

for (const [button, input] of [
  ['choose-file', 'file'],
  ['choose-folder', 'folder'],
  ['choose-trust', 'trust-file'],
] as const) {
  the(button).addEventListener('click', () => the(input).click());
}

for (const id of ['file', 'folder'] as const) {
  const input = the<HTMLInputElement>(id);
  input.addEventListener('change', () => {
    const files = chosenFiles(input.files);
    input.value = '';
    if (files.length > 0) void check(Promise.resolve(files));
  });
}

the<HTMLInputElement>('trust-file').addEventListener('change', async (event) => {
  const [file] = (event.target as HTMLInputElement).files ?? [];
  if (file) the<HTMLTextAreaElement>('trust').value = await file.slice(0, 1_048_576).text();
});

the('again').addEventListener('click', () => void check(found));

// The whole page takes what is dropped, so that a near miss does not open the file in the page's place.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  the('drop').classList.add('over');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) the('drop').classList.remove('over');
});
document.addEventListener('drop', async (event) => {
  event.preventDefault();
  the('drop').classList.remove('over');
  if (event.dataTransfer?.types.includes('Files')) await check(droppedFiles(event.dataTransfer));
});

speak(language);
