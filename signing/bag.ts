import { type DigestName, isDigestHex } from './digest.ts';
import { ProofError } from './proof-error.ts';

/** The text parts of a BagIt 1.0 bag (RFC 8493), in the one form that we write and read. */

/** RFC 8493 section 2.1.1. */
export const BAGIT_TXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/**
 * Whether a path may stand in our packages: ASCII letters, digits, dot, dash, underscore; no empty, `.` or `..` part, none that
 * begins with a dash. Such names need no escaping anywhere (BagIt's `%25` would break `sha256sum -c`).
 */
export const isSafePath = (path: string): boolean =>
  path.length <= 255 &&
  path.split('/').every((part) => /^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(part) && !/^\.{1,2}$/.test(part));

/** A safe file name for the `index`th original (from 1): `0001.mp4`. Without `extension`, that of the original name where it is plain. */
export function safeName(index: number, originalName: string, extension?: string): string {
  const own = /\.([A-Za-z0-9]{1,10})$/.exec(originalName)?.[1];
  const wanted = (extension ?? own ?? '').replace(/^\./, '').toLowerCase();
  return `${String(index).padStart(4, '0')}.${/^[a-z0-9]{1,10}$/.test(wanted) ? wanted : 'bin'}`;
}

/**
 * Text of manifest-sha256.txt or tagmanifest-sha256.txt, by path; also what `sha256sum -c` reads. That of another digest has the same form. Throws
 * ProofError `BAG_MANIFEST`.
 */
export function manifestText(
  files: readonly ({ path: string } & { [name in DigestName]?: string })[],
  digest: DigestName = 'sha256',
): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const text = sorted.map((file) => `${file[digest]}  ${file.path}\n`).join('');
  readManifest(text);
  return text;
}

/** Reads a manifest: path to digest, in order of the file. Throws ProofError `BAG_MANIFEST`. */
export function readManifest(text: string): Map<string, string> {
  const found = new Map<string, string>();
  if (text !== '' && !text.endsWith('\n')) throw new ProofError('BAG_MANIFEST', 'the last line is cut');
  for (const line of text.split('\n').slice(0, -1)) {
    const [sha256, path] = [line.slice(0, 64), line.slice(66)];
    if (!isDigestHex(sha256) || line.slice(64, 66) !== '  ' || !isSafePath(path)) {
      throw new ProofError('BAG_MANIFEST', `not a line of a manifest: ${line.slice(0, 200)}`);
    }
    if (found.has(path)) throw new ProofError('BAG_MANIFEST', `listed twice: ${path}`);
    found.set(path, sha256);
  }
  return found;
}

/** Text of bag-info.txt (RFC 8493 section 2.2.2). Line ends and other control characters in values become spaces. */
export function bagInfoText(fields: readonly (readonly [label: string, value: string])[]): string {
  return fields
    .map(([label, value]) => {
      if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(label)) throw new ProofError('BAG_INFO', `not a label: ${label}`);
      return `${label}: ${value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()}\n`;
    })
    .join('');
}

/** Reads bag-info.txt: label and value, in order. Throws ProofError `BAG_INFO`. */
export function readBagInfo(text: string): [label: string, value: string][] {
  if (!text.endsWith('\n')) throw new ProofError('BAG_INFO', 'the last line is cut');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const [, label, value] = /^([A-Za-z][A-Za-z0-9-]*): ?(\P{Cc}*)$/u.exec(line) ?? [];
      if (label === undefined || value === undefined)
        throw new ProofError('BAG_INFO', `not a line: ${line.slice(0, 200)}`);
      return [label, value];
    });
}

/** Value of `Payload-Oxum`: bytes and files of the payload. */
export function payloadOxum(sizes: Iterable<number>): string {
  let [bytes, files] = [0, 0];
  for (const size of sizes) {
    bytes += size;
    files += 1;
  }
  return `${bytes}.${files}`;
}
