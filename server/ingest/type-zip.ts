import type { Read } from './type.ts';
import { Bytes } from './type-bytes.ts';
import { type FileType, types } from './type-list.ts';

const MAX_TAIL = 22 + 65_535;
const MAX_DIRECTORY = 4 * 1024 * 1024;

const zip: FileType = { mediaType: 'application/zip', extension: 'zip', family: 'other' };
const programs: FileType = { mediaType: 'application/java-archive', extension: 'jar', family: 'other' };

/**
 * What a zip holds, by the names of its directory (PKWARE APPNOTE 4.3). A document must begin with its first entry
 * and end with its directory, without gaps; one with macros is no document. A directory at the end of anything else
 * is looked at only for programs, as Java runs those whatever stands before them. `undefined`: no zip, and no
 * programs behind it.
 */
export async function archiveType(
  head: Bytes,
  read: Read,
  size: number,
): Promise<{ type: FileType; executable: boolean } | undefined> {
  const begins = head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06');
  const directory = await directoryOf(read, size);
  if (directory && holdsPrograms(directory.names)) return { type: programs, executable: true };
  if (!begins) return undefined;
  return { type: (directory?.inPlace && documentType(directory.names)) || zip, executable: false };
}

function holdsPrograms(names: Set<string>): boolean {
  const has = (pattern: RegExp) => names.values().some((name) => pattern.test(name));
  return (
    has(/(^|\/)(classes\d*\.dex|AndroidManifest\.xml|AppxManifest\.xml)$/i) ||
    has(/\.class$/i) ||
    has(/^Payload\/[^/]+\.app\//i)
  );
}

function documentType(names: Set<string>): FileType | undefined {
  if (names.has('OFD.xml')) return types.ofd;
  if (!names.has('[Content_Types].xml')) return undefined;
  const has = (pattern: RegExp) => names.values().some((name) => pattern.test(name));
  if (has(/(^|\/)vbaProject[^/]*\.bin$/i) || has(/(^|\/)macrosheets\//i)) return undefined;
  if (has(/^word\/document\d*\.xml$/)) return types.docx;
  return has(/^xl\/workbook\d*\.xml$/) ? types.xlsx : undefined;
}

interface Directory {
  names: Set<string>;
  /** It lies where it says it does: nothing was put before the first entry. */
  inPlace: boolean;
}

/** A zip's directory; `undefined` when there is none that ends the file, or it is damaged, too long, or of zip64. */
async function directoryOf(read: Read, size: number): Promise<Directory | undefined> {
  if (size < 22) return undefined;
  const start = Math.max(0, size - MAX_TAIL);
  const tail = new Bytes(await read(start, size - 1));
  const end = endOfDirectory(tail);
  if (end === undefined) return undefined;
  const length = tail.u32le(end + 12)!;
  const at = start + end - length;
  if (length === 0 || length > MAX_DIRECTORY || at < 0) return undefined;
  const names = namesOf(new Bytes(await read(at, at + length - 1)), tail.u16le(end + 10)!);
  return names && { names, inPlace: tail.u32le(end + 16) === at };
}

/** The last record that says its own comment ends where the file does. */
function endOfDirectory(tail: Bytes): number | undefined {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.byte(at) === 0x50 && tail.startsWith('PK\x05\x06', at) && at + 22 + tail.u16le(at + 20)! === tail.length)
      return at;
  }
  return undefined;
}

function namesOf(directory: Bytes, count: number): Set<string> | undefined {
  const names = new Set<string>();
  let at = 0;
  for (let entry = 0; entry < count; entry++) {
    const nameLength = directory.u16le(at + 28);
    const rest = (directory.u16le(at + 30) ?? 0) + (directory.u16le(at + 32) ?? 0);
    if (nameLength === undefined || !directory.startsWith('PK\x01\x02', at) || at + 46 + nameLength > directory.length)
      return undefined;
    names.add(Buffer.from(directory.bytes.subarray(at + 46, at + 46 + nameLength)).toString('latin1'));
    at += 46 + nameLength + rest;
  }
  return at === directory.length ? names : undefined;
}
