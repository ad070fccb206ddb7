import { DOCUMENT_SIGNATURES } from './document-signature.ts';
import { type PdfValue, readPdfValue, skipSpace } from './pdf-objects.ts';

/** A file that is read by parts, so that large ones need no memory. */
export interface ByteSource {
  /** Bytes. */
  size: number;
  /** The bytes from `start` up to `end`, which lie within the file. */
  read(start: number, end: number): Uint8Array;
}

/** A file that is in memory. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (start, end) => bytes.subarray(start, end),
});

/** A signature dictionary (ISO 32000-1 section 12.8.1) whose ranges are as they must be. */
export interface PdfSignature {
  /** What is signed: from the file's start to `gap[0]`, from `gap[1]` to `end`. Between is the hexadecimal string of Contents alone. */
  gap: readonly [number, number];
  end: number;
  /** Bytes of the file behind what is signed: a later revision, or something added. */
  laterBytes: number;
  /** Contents with what fills it up. */
  contents: Uint8Array;
  /** How Contents is written. */
  contentsText: string;
  subFilter: string;
  /** By the signer's clock, M. */
  claimedTime: Date | undefined;
}

/** A place that looks like a signature and is none that holds. */
export interface PdfSignatureFault {
  fault: string;
}

const MARK = '/ByteRange';
const CHUNK = 1_048_576;
/** The largest signature dictionary, Contents included. */
const DICTIONARY = 262_144;
/** So many objects before a ByteRange are tried for the dictionary that it stands in. */
const TRIES = 8;

/**
 * Every signature of a PDF in the order of the file, found by its bytes alone: a signature dictionary is never compressed, since its Contents has to be left
 * out of what is signed. Nothing throws; too many end the search with a fault.
 */
export function findPdfSignatures(source: ByteSource): (PdfSignature | PdfSignatureFault)[] {
  const found: (PdfSignature | PdfSignatureFault)[] = [];
  for (const at of marks(source)) {
    if (found.length === DOCUMENT_SIGNATURES - 1) return [...found, { fault: 'more signatures than are looked at' }];
    try {
      found.push(signatureAt(source, at));
    } catch (error) {
      found.push({ fault: (error as Error).message });
    }
  }
  return found;
}

/** The signed bytes, in parts. */
export function* signedParts(source: ByteSource, { gap, end }: PdfSignature): Generator<Uint8Array> {
  for (const [from, to] of [
    [0, gap[0]],
    [gap[1], end],
  ] as const) {
    for (let at = from; at < to; at += CHUNK) yield source.read(at, Math.min(at + CHUNK, to));
  }
}

function* marks(source: ByteSource): Generator<number> {
  for (let start = 0; start < source.size; start += CHUNK) {
    const end = Math.min(start + CHUNK + MARK.length - 1, source.size);
    const chunk = Buffer.from(source.read(start, end)).toString('latin1');
    for (let at = chunk.indexOf(MARK); at >= 0; at = chunk.indexOf(MARK, at + 1)) yield start + at;
  }
}

function signatureAt(source: ByteSource, at: number): PdfSignature {
  const start = Math.max(0, at - DICTIONARY);
  const text = Buffer.from(source.read(start, Math.min(at + DICTIONARY, source.size))).toString('latin1');
  const { entries } = dictionaryAround(text, at - start);
  const range = entries.get('ByteRange');
  const contents = entries.get('Contents');
  if (range?.kind !== 'array' || contents?.kind !== 'hex') throw new Error('ByteRange or Contents is of another form');
  const gap = [start + contents.start, start + contents.end] as const;
  const end = demandRange(range.items, gap, source);
  const contentsText = text.slice(contents.start + 1, contents.end - 1);
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(contentsText)) throw new Error('Contents is not hexadecimal alone');
  const [subFilter, type] = [entries.get('SubFilter'), entries.get('Type')];
  if (subFilter?.kind !== 'name') throw new Error('SubFilter is missing');
  if (type !== undefined && !(type.kind === 'name' && ['Sig', 'DocTimeStamp'].includes(type.text)))
    throw new Error('Type is not that of a signature');
  return {
    ...{ gap, end, laterBytes: source.size - end, contentsText, subFilter: subFilter.text },
    contents: Buffer.from(contentsText, 'hex'),
    claimedTime: timeOf(entries.get('M')),
  };
}

/** From the file's start to the end of a revision, all but Contents (section 12.8.1: two ranges, the gap the hexadecimal string). */
function demandRange(items: readonly PdfValue[], gap: readonly [number, number], source: ByteSource): number {
  const numbers = items.map((item) =>
    item.kind === 'number' && /^\d{1,15}$/.test(item.text) ? Number(item.text) : Number.NaN,
  );
  const [first, before, after, rest = Number.NaN] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new Error('ByteRange has not four numbers');
  if (first !== 0) throw new Error('ByteRange leaves out the beginning');
  if (before !== gap[0] || after !== gap[1]) throw new Error('ByteRange leaves out something else than Contents');
  const end = gap[1] + rest;
  if (end > source.size) throw new Error('ByteRange goes beyond the file');
  const tail = Buffer.from(source.read(Math.max(gap[1], end - 7), end)).toString('latin1');
  if (!/%%EOF(?:\r\n|\r|\n)?$/.test(tail)) throw new Error('ByteRange ends within a revision');
  return end;
}

/** The dictionary that has a ByteRange at `at`, as an object of its own or within one. */
function dictionaryAround(text: string, at: number): Extract<PdfValue, { kind: 'dictionary' }> {
  const starts = [...text.slice(0, at).matchAll(/\d{1,10}[ \r\n]{1,8}\d{1,5}[ \r\n]{1,8}obj(?=[\s<])/g)];
  for (const { index, 0: head } of starts.toReversed().slice(0, TRIES)) {
    try {
      const begin = skipSpace(text, index + head.length);
      const whole = readPdfValue(text, begin);
      const next = skipSpace(text, whole.end);
      const dictionary = text.startsWith('endobj', next) ? holderOf(whole, at) : undefined;
      if (dictionary) return dictionary;
    } catch {
      // Not an object: what looks like its head was part of a string or a stream.
    }
  }
  throw new Error('ByteRange is not in a dictionary');
}

function holderOf(value: PdfValue, at: number): Extract<PdfValue, { kind: 'dictionary' }> | undefined {
  if (value.kind === 'array') return value.items.map((item) => holderOf(item, at)).find((holder) => holder);
  if (value.kind !== 'dictionary') return undefined;
  const range = value.entries.get('ByteRange');
  if (range && range.start > at && range.start < at + MARK.length + 16) return value;
  return [...value.entries.values()].map((entry) => holderOf(entry, at)).find((holder) => holder);
}

/** A date (section 7.9.4); undefined when it is not there, not whole or has no zone. */
function timeOf(value: PdfValue | undefined): Date | undefined {
  if (value?.kind !== 'string') return undefined;
  const [, digits, zone, hours, minutes] =
    /^D:(\d{14})(?:(Z)(?:00'?00'?)?|([+-]\d\d)'?(\d\d)'?)$/.exec(value.text) ?? [];
  if (!digits) return undefined;
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6');
  const time = new Date(`${iso}${zone ?? `${hours}:${minutes}`}`);
  return Number.isNaN(time.getTime()) || !/^\d{4}-/.test(time.toISOString()) ? undefined : time;
}
