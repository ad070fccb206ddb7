import exifr from 'exifr';
import { cleanText, defined, wholeNumber } from './clean-text.ts';
import { fileTime } from './file-times.ts';
import { heifLayout } from './heif-layout.ts';
import { type ImageLayout, jpegLayout, pngLayout, webpLayout } from './image-layout.ts';
import { coordinates } from './positions.ts';
import type { ProbeLocation, ProbeResult, ProbeTime } from './probe-result.ts';

type Fields = Record<string, unknown>;
interface Exif {
  ifd0?: Fields;
  exif?: Fields;
  gps?: Fields;
}

const layouts: Record<string, (bytes: Uint8Array) => ImageLayout> = {
  'image/jpeg': jpegLayout,
  'image/png': pngLayout,
  'image/webp': webpLayout,
  'image/heic': heifLayout,
  'image/tiff': (bytes) => ({ exif: bytes }),
};

/** Clockwise turns of EXIF's orientations (CIPA DC-008 4.6.4); of the mirrored ones only the turn. */
const turns: Record<number, number> = { 1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270 };
const texts = ['Software', 'LensModel', 'BodySerialNumber', 'SubSecTimeOriginal'];
const numbers = ['Orientation', 'ISO'];

/** Size, orientation, time, place and device of an image; `undefined` when it has no header that tells its size. */
export async function imageFacts(bytes: Uint8Array, mediaType: string): Promise<ProbeResult | undefined> {
  const layout = layouts[mediaType]?.(bytes) ?? {};
  const { ifd0 = {}, exif = {}, gps = {} } = await readExif(layout.exif);
  const width = layout.width ?? wholeNumber(ifd0.ImageWidth);
  const height = layout.height ?? wholeNumber(ifd0.ImageHeight);
  if (!width || !height) return undefined;
  const kind = mediaType.slice('image/'.length);
  const rotation = mediaType === 'image/heic' ? layout.rotation : turns[Number(ifd0.Orientation)];
  return defined<ProbeResult>({
    status: 'ok',
    container: kind,
    streams: [{ kind: 'image', codec: kind, width, height, ...(rotation !== undefined && { rotation }) }],
    creationTime: takenAt(ifd0, exif),
    location: position(gps),
    make: cleanText(ifd0.Make),
    model: cleanText(ifd0.Model),
    tags: tagList({ ...ifd0, ...exif }),
  });
}

/**
 * exifr is given the bytes of the EXIF block, never a path: reading by chunks it grows its buffer with memory that
 * was not cleared. A block that it can't read is as none.
 */
async function readExif(block: Uint8Array | undefined): Promise<Exif> {
  if (!block || block.length < 8) return {};
  const ifd0 = [
    'ImageWidth',
    'ImageHeight',
    'Make',
    'Model',
    'Orientation',
    'Software',
    'ModifyDate',
    'ExifIFD',
    'GPS',
  ];
  const exif = [
    'DateTimeOriginal',
    'CreateDate',
    'OffsetTime',
    'OffsetTimeOriginal',
    'OffsetTimeDigitized',
    ...texts,
    'ISO',
  ];
  const options = {
    ifd0: { pick: ifd0 },
    exif: { pick: exif },
    gps: { pick: ['GPSLatitude', 'GPSLatitudeRef', 'GPSLongitude', 'GPSLongitudeRef'] },
    ifd1: false,
    interop: false,
    makerNote: false,
    userComment: false,
    xmp: false,
    icc: false,
    iptc: false,
    jfif: false,
    ihdr: false,
    translateValues: false,
    reviveValues: false,
    mergeOutput: false,
  };
  try {
    return ((await exifr.parse(block, options as never)) as Exif | undefined) ?? {};
  } catch {
    return {};
  }
}

function takenAt(ifd0: Fields, exif: Fields): ProbeTime | undefined {
  const stamps: [string, unknown, unknown][] = [
    ['DateTimeOriginal', exif.DateTimeOriginal, exif.OffsetTimeOriginal],
    ['DateTimeDigitized', exif.CreateDate, exif.OffsetTimeDigitized],
    ['DateTime', ifd0.ModifyDate, exif.OffsetTime],
  ];
  const times = stamps.map((stamp) => fileTime(...stamp)).filter((time) => time !== undefined);
  return times.find(({ instant, local }) => instant ?? local) ?? times[0];
}

function position(gps: Fields): ProbeLocation | undefined {
  const north = angle(gps.GPSLatitude, gps.GPSLatitudeRef, 'N', 'S');
  const east = angle(gps.GPSLongitude, gps.GPSLongitudeRef, 'E', 'W');
  return north === undefined || east === undefined ? undefined : coordinates(north, east);
}

/** Degrees, minutes and seconds as EXIF's three rationals, and the letter of the hemisphere. */
function angle(parts: unknown, ref: unknown, plus: string, minus: string): number | undefined {
  const letter = cleanText(ref)?.toUpperCase();
  if (!Array.isArray(parts) || parts.length !== 3 || (letter !== plus && letter !== minus)) return undefined;
  const [degrees, minutes, seconds] = parts.map((part) => (typeof part === 'number' && part >= 0 ? part : Number.NaN));
  const value = degrees! + minutes! / 60 + seconds! / 3600;
  return Number.isFinite(value) ? (letter === plus ? value : -value) : undefined;
}

function tagList(found: Fields): ProbeResult['tags'] {
  const value = (name: string) =>
    numbers.includes(name) ? wholeNumber(found[name])?.toString() : cleanText(found[name]);
  return [...texts, ...numbers].flatMap((name) => {
    const text = value(name);
    return text === undefined ? [] : [{ name, value: text }];
  });
}
