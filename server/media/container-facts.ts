import { cleanText, defined, wholeNumber } from './clean-text.ts';
import { fileTime } from './file-times.ts';
import { iso6709 } from './positions.ts';
import type { ProbeResult, ProbeStream, ProbeTime } from './probe-result.ts';

type Fields = Record<string, unknown>;
const MAX_STREAMS = 32;
const MAX_TAGS = 32;
const MAX_TAG_BYTES = 8192;
const kinds = { video: 'video', audio: 'audio', subtitle: 'subtitle' } as const;

/** ffprobe's answer as a result; `undefined` when no container or no stream was found. */
export function containerFacts(answer: unknown): ProbeResult | undefined {
  const { format, streams } = fields(answer);
  const of = fields(format);
  const container = cleanText(of.format_name);
  const found = Array.isArray(streams)
    ? streams.slice(0, MAX_STREAMS).map((stream) => streamFacts(fields(stream)))
    : [];
  if (!container || found.length === 0) return undefined;
  const tags = fields(of.tags);
  const tag = reader(tags);
  const position = tag(/^(com\.apple\.quicktime\.location\.iso6709|location(-[a-z]{3})?)$/i)?.value;
  return defined<ProbeResult>({
    status: 'ok',
    durationMs: milliseconds(of.duration),
    bitRate: wholeNumber(of.bit_rate),
    container,
    streams: found,
    creationTime: creationTime(tag),
    location: position === undefined ? undefined : iso6709(position),
    make: tag(/^(com\.apple\.quicktime\.make|com\.android\.manufacturer|make)$/i)?.value,
    model: tag(/^(com\.apple\.quicktime\.model|com\.android\.model|model)$/i)?.value,
    tags: tagList(tags),
  });
}

function streamFacts(stream: Fields): ProbeStream {
  const attached = fields(stream.disposition).attached_pic === 1;
  const kind = attached ? 'image' : (kinds[stream.codec_type as keyof typeof kinds] ?? 'data');
  const language = cleanText(fields(stream.tags).language, 16);
  return defined<ProbeStream>({
    kind,
    codec: cleanText(stream.codec_name, 32) ?? 'unknown',
    width: positive(stream.width),
    height: positive(stream.height),
    rotation: rotationOf(stream),
    frameRate: kind === 'video' ? (fraction(stream.avg_frame_rate) ?? fraction(stream.r_frame_rate)) : undefined,
    channels: positive(stream.channels),
    sampleRate: positive(stream.sample_rate),
    language: language === 'und' ? undefined : language,
  });
}

/** ffprobe counts against the clock in a display matrix, and with it in the older tag. */
function rotationOf(stream: Fields): number | undefined {
  const sides = Array.isArray(stream.side_data_list) ? stream.side_data_list.map(fields) : [];
  const matrix = sides.find(({ rotation }) => typeof rotation === 'number')?.rotation as number | undefined;
  const degrees = matrix === undefined ? Number(fields(stream.tags).rotate ?? Number.NaN) : -matrix;
  if (!Number.isFinite(degrees)) return undefined;
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}

/** The camera's own stamp with its zone before the container's, which many recorders fill with local time. */
function creationTime(tag: ReturnType<typeof reader>): ProbeTime | undefined {
  for (const name of [
    /^com\.apple\.quicktime\.creationdate$/i,
    /^creation_time$/i,
    /^(date|date-eng|DateTimeOriginal|ICRD|IDIT)$/i,
  ]) {
    const found = tag(name);
    if (found) return fileTime(found.name, found.value);
  }
  return undefined;
}

const reader = (tags: Fields) => (name: RegExp) => {
  const key = Object.keys(tags).find((candidate) => name.test(candidate) && cleanText(tags[candidate]));
  return key === undefined ? undefined : { name: key, value: cleanText(tags[key])! };
};

function tagList(tags: Fields): ProbeResult['tags'] {
  const list: { name: string; value: string }[] = [];
  let bytes = 0;
  for (const [key, text] of Object.entries(tags)) {
    const [name, value] = [cleanText(key, 64), cleanText(text)];
    if (!name || !value) continue;
    bytes += Buffer.byteLength(name + value);
    if (bytes > MAX_TAG_BYTES || list.length === MAX_TAGS) break;
    list.push({ name, value });
  }
  return list;
}

function milliseconds(seconds: unknown): number | undefined {
  if (typeof seconds !== 'string' || !/^\d{1,12}(\.\d{1,12})?$/.test(seconds)) return undefined;
  return wholeNumber(Number(seconds) * 1000);
}

const positive = (value: unknown) => wholeNumber(value) || undefined;

const fraction = (value: unknown) =>
  typeof value === 'string' && /^[1-9]\d{0,9}\/[1-9]\d{0,9}$/.test(value) ? value : undefined;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
