import { fileTypeFromBuffer } from 'file-type';
import { Bytes } from './type-bytes.ts';
import { executableType, isAmr } from './type-executable.ts';
import { isoMediaType } from './type-iso-media.ts';
import { type FileType, types, unknownType } from './type-list.ts';
import { mp3Type } from './type-mp3.ts';
import { textType } from './type-text.ts';
import { isTransportStream } from './type-transport-stream.ts';
import { archiveType } from './type-zip.ts';

/** `known`: one of the allowed types. Other types are named where they can be, for the finding's sake. */
export interface DetectedType extends FileType {
  known: boolean;
  executable: boolean;
}

/** Bytes `start` to `end`, both inclusive and within the file. */
export type Read = (start: number, end: number) => Promise<Uint8Array>;

const HEAD = 64 * 1024;
const allowed = new Set<FileType>(Object.values(types));

/**
 * What a file is, by its bytes; the name decides only between text and CSV. A signature counts at offset 0 only (a
 * PDF may follow a byte-order mark), so a file is never taken for something that begins in its middle. At most 64 KiB
 * of head and of tail are read, 4 MiB of a zip's directory, and what lies behind an ID3 tag.
 * Executables are told apart before anything else, also a Java or Android archive behind other content. Markup (HTML,
 * SVG, XML) is no text here, because browsers run it; a script without `#!` can't be told from text, and is served as
 * text/plain with nosniff. Damaged files keep the type of what is left of them. Rejects only when `read` does.
 */
export async function detectType(read: Read, size: number, name = ''): Promise<DetectedType> {
  if (size <= 0) return found(unknownType);
  const head = new Bytes(await read(0, Math.min(size, HEAD) - 1));
  const executable = await executableType(head, read, size);
  if (executable) return { ...executable, known: false, executable: true };
  const archive = await archiveType(head, read, size);
  if (archive) return archive.executable ? { ...archive.type, known: false, executable: true } : found(archive.type);
  return found(
    (await signatureType(head, read, size)) ??
      (await textType(head, read, size, name)) ??
      (await libraryType(head)) ??
      unknownType,
  );
}

const found = (type: FileType): DetectedType => ({ ...type, known: allowed.has(type), executable: false });

async function signatureType(head: Bytes, read: Read, size: number): Promise<FileType | undefined> {
  return (
    plainSignature(head) ??
    isoMediaType(head, size) ??
    (isTransportStream(head) ? types.ts : undefined) ??
    (await mp3Type(head, read, size))
  );
}

/** A ContentInfo of signed-data (RFC 5652 sections 3 and 5), DER or BER. */
const SIGNED_DATA = /^\x30([\x00-\x80]|\x81.|\x82..|\x83.{3}|\x84.{4})\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02/s;

function plainSignature(head: Bytes): FileType | undefined {
  if (/^%PDF-[12]\.\d/.test(head.ascii(head.startsWith('\xef\xbb\xbf') ? 3 : 0, 8))) return types.pdf;
  if (head.startsWith('\xff\xd8\xff')) return types.jpeg;
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return types.png;
  if (isAmr(head)) return types.amr;
  if (SIGNED_DATA.test(head.ascii(0, 18))) return types.cms;
  const form = /^(RIFF|RF64|BW64)$/.test(head.ascii(0, 4)) ? head.ascii(8, 4) : '';
  if (form === 'AVI ') return types.avi;
  if (form === 'WAVE') return types.wav;
  if (form === 'WEBP') return types.webp;
  return undefined;
}

/** Sync words of a byte or two, and what our own rules decide, are no proof. */
const weak =
  /^(audio\/(mpeg|aac|ac3|vnd\.dts)|video\/mp2t|application\/(x-)?(zip|pdf|xml)|text\/.*|.*\+xml|image\/(svg.*|x-icon))$/;

/**
 * What file-type finds, and our own rules leave open. Comes after text, as it knows some formats by two letters. Of TIFF it
 * tells the raw formats of cameras apart.
 */
async function libraryType(head: Bytes): Promise<FileType | undefined> {
  const result = await fileTypeFromBuffer(head.bytes).catch(() => undefined);
  if (result?.ext === 'mkv') return types.mkv;
  if (result?.ext === 'tif' || (!result && /^(II[*+]\0|MM\0[*+])$/.test(head.ascii(0, 4)))) return types.tiff;
  if (!result || weak.test(result.mime)) return undefined;
  return { mediaType: result.mime, extension: result.ext, family: familyOf(result.mime) };
}

function familyOf(mediaType: string): FileType['family'] {
  const top = mediaType.split('/')[0];
  return top === 'audio' || top === 'video' || top === 'image' ? top : 'other';
}
