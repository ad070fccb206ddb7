import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Twins } from './claims.ts';
import { type Change, twin } from './scene.ts';
import { flipped, line, otherBase64 } from './twins.ts';

/** Twins of folders: of a receipt, a package, a log. */
const changed =
  (name: string, change: Change) =>
  (folder: string): string =>
    twin(folder, { [name]: change });
const gone: Change = () => undefined;

export const receiptTwins: Twins<string> = {
  'a bit of the manifest': changed('manifest.json', flipped),
  'a bit of the entry': changed('entry.json', flipped),
  'a file is missing': changed('checkpoint', gone),
};

export const unlisted: Twins<string> = { 'a file that is not listed': changed('data/extra.txt', () => 'extra') };

export const packageTwins: Twins<string> = {
  'a bit of an original': changed('data/originals/0001.mp4', flipped),
  'a bit of a tag file': changed('metadata/records.json', flipped),
  'a file is missing': changed('data/manifests/0001.json', gone),
};

export const sm3Twins: Twins<string> = {
  'a bit of an original': changed('data/originals/0001.mp4', flipped),
  'another digest': changed('metadata/digests-sm3.txt', (list) => flipped(list, 2)),
  'a file is missing': changed('data/manifests/0001.json', gone),
};

/** What a BagIt validator sees beyond digests. */
export const bagTwins: Twins<string> = {
  ...unlisted,
  'another Payload-Oxum': changed('bag-info.txt', (bytes) => bytes.toString().replace(/(\d)\.(\d+)/, '$11.$2')),
  'a line of the manifest is gone': changed('manifest-sha256.txt', (bytes) => bytes.toString().replace(/.*\n/, '')),
  'no declaration': changed('bagit.txt', gone),
};

export const logTwins: Twins<string> = {
  'a bit of an entry': (log) => changed(edge(log, 'entries'), flipped)(log),
  'a bundle is missing': (log) => changed(edge(log, 'entries'), gone)(log),
  'another root in the checkpoint': changed('checkpoint', (note) => line(note.toString(), 2, otherBase64)),
};

/** What shows only to those who read the hash tiles, too. */
export const tileTwins: Twins<string> = {
  'a bit of a tile': (log) => changed(edge(log, '0'), flipped)(log),
  'a tile is missing': (log) => changed(edge(log, '0'), gone)(log),
};

export const surplus: Twins<string> = {
  'an entry more than the checkpoint has': (log) =>
    changed(edge(log, 'entries'), (bundle) => Buffer.concat([bundle, Buffer.of(0, 1, 65)]))(log),
};

/** The partial tile, or bundle, at the right edge of a small log. */
function edge(log: string, level: string): string {
  const folder = `tile/${level}/000.p`;
  return `${folder}/${readdirSync(join(log, folder)).at(-1)}`;
}
