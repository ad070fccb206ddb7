import { type Clips, filmOf, pictureOf } from './clips.ts';

/** A file on a card; its path below the card's root is bytes, for some cameras write names in GBK. */
export interface FakeFile {
  path: Buffer;
  bytes: () => Buffer;
}

/** What is wrong with a camera, and what the dock must make of it. */
export interface Oddity {
  zh: string;
  en: string;
  /** Codes of the findings that must be told. */
  findings: readonly string[];
  /** Files that stay on the card whatever is permitted, as they end. */
  kept: readonly string[];
}

export interface FakeCamera {
  folder: string;
  /** Of the profile that knows it. */
  profile: string;
  device?: string;
  files: FakeFile[];
  oddity?: Oddity;
}

export interface Making {
  clips: Clips;
  /** Films or pictures on each card. */
  files: number;
  /** Least bytes of a film. */
  size: number;
  /** When the cameras are attached; what is on them is of the hours before. */
  now: Date;
  /** IANA zone of the cameras' clocks. */
  zone: string;
}

const MINUTE_MS = 60_000;
const kinds = [recorder, platform, gopro, gbk, still];
const turn = (n: number) => Math.floor(n / kinds.length);

/** The camera at a place of the station, from 0. Kinds take turns, and so does what is odd. */
export const fakeCamera = (n: number, making: Making): FakeCamera => kinds[n % kinds.length]!(n, making);

const oddities: Oddity[] = [
  { zh: '时钟快十分钟', en: 'its clock is ten minutes ahead', findings: ['clock-offset'], kept: [] },
  { zh: '缺第 2 号', en: 'number 2 is missing', findings: ['sequence-gap'], kept: [] },
  { zh: '第 1 号标为强制', en: 'number 1 is marked as coercion', findings: [], kept: ['_0001.mp4', '_0001.xml'] },
  { zh: '第 1 号标为阻碍', en: 'number 1 is marked as obstruction', findings: [], kept: ['_0001.mp4', '_0001.xml'] },
  { zh: '第 1 号损坏', en: 'number 1 is corrupted', findings: [], kept: ['_0001.mp4'] },
];
const MARKS: Record<number, string> = { 2: '强制', 3: '阻碍' };

/** A body recorder by GA/T 947, named by itself: a sidecar in GBK beside each film, and a log whose last line is of being attached. */
function recorder(n: number, { clips, files, size, now, zone }: Making): FakeCamera {
  const odd = turn(n) % oddities.length;
  const device = `TA${String(10_000 + n)}`;
  const ahead = odd === 0 ? 10 * MINUTE_MS : 0;
  const numbers = Array.from({ length: files + (odd === 1 ? 1 : 0) }, (_, i) => i + 1);
  const films = numbers
    .filter((number) => odd !== 1 || number !== 2)
    .flatMap((number): FakeFile[] => {
      const at = stamp(now.getTime() - (numbers.length - number + 1) * 5 * MINUTE_MS + ahead, zone);
      const stem = `${at.slice(0, 8)}/${device}_JX${String(1000 + n)}_${at}_${String(number).padStart(4, '0')}`;
      const whole = () => filmOf(clips, stem, size);
      const broken = odd === 4 && number === 1;
      return [
        file(`${stem}.mp4`, broken ? () => whole().subarray(0, Math.floor(clips.film.length / 2)) : whole),
        file(`${stem}.xml`, () => sidecar(device, at, number === 1 ? (MARKS[odd] ?? '0') : '0')),
      ];
    });
  const lines = [
    [now.getTime() - 8 * 60 * MINUTE_MS, 2],
    [now.getTime() - 60 * MINUTE_MS, 3],
    [now.getTime(), 2],
  ].map(([at = 0, event]) => `${spaced(stamp(at + ahead, zone))},${event}\r\n`);
  const log = file(`LOG/${stamp(now.getTime(), zone).slice(0, 8)}.log`, () => Buffer.from(lines.join('')));
  return {
    ...{ folder: `recorder-${pad(n)}`, profile: 'ga-t-947-a', device },
    files: [...films, log],
    oddity: oddities[odd]!,
  };
}

const GBK: Record<string, string> = {
  强: 'c7bf',
  制: 'd6c6',
  阻: 'd7e8',
  碍: 'b0ad',
  执: 'd6b4',
  法: 'b7a8',
  录: 'c2bc',
  像: 'cff1',
};
/** The few characters that are needed here, in GBK; ASCII as it is. */
const gbkOf = (text: string): Buffer =>
  Buffer.concat([...text].map((each) => (GBK[each] ? Buffer.from(GBK[each], 'hex') : Buffer.from(each))));

const sidecar = (device: string, at: string, mark: string): Buffer =>
  gbkOf(
    `<?xml version="1.0" encoding="GBK"?>\r\n<info><cpxh>${device}</cpxh><pssj>${at}</pssj><bzlx>${mark}</bzlx></info>\r\n`,
  );

/** What a station has exported, named by GA/T 947 with the platform's numbers. */
function platform(n: number, { clips, files, size, now, zone }: Making): FakeCamera {
  const device = `3301060011890${String(1_000_000 + n)}`;
  const films = Array.from({ length: files }, (_, i) => {
    const at = now.getTime() - (files - i) * 5 * MINUTE_MS;
    const name = `33010600_${device}${stamp(at, zone)}0100${stamp(at + MINUTE_MS, zone)}${String(i + 1).padStart(4, '0')}.mp4`;
    return file(name, () => filmOf(clips, name, size));
  });
  return { folder: `platform-${pad(n)}`, profile: 'ga-t-947-c', device, files: films };
}

/** An action camera: chapters of recordings, what it keeps for itself beside them; of every second a chapter is missing. */
function gopro(n: number, { clips, files, size }: Making): FakeCamera {
  const device = `C34414${String(10_000_000 + n)}`;
  const lacks = turn(n) % 2 === 1 && files > 2;
  const names = Array.from({ length: files }, (_, i) => {
    const chapter = (i % 3) + 1;
    return lacks && i === 1 ? [] : [`DCIM/100GOPRO/GX0${chapter}${String(Math.floor(i / 3) + 1).padStart(4, '0')}`];
  }).flat();
  const oddity: Oddity = {
    zh: '0001 缺第二段',
    en: 'the second chapter of 0001 is missing',
    findings: ['segment-missing'],
    kept: [],
  };
  return {
    ...{ folder: `gopro-${pad(n)}`, profile: 'gopro', device },
    files: [
      ...names.flatMap((name) => [
        file(`${name}.MP4`, () => filmOf(clips, `${device} ${name}`, size)),
        file(`${name}.THM`, () => pictureOf(clips, name)),
      ]),
      file('MISC/version.txt', () => Buffer.from(`{\n"info version":"2.0",\n"camera serial number":"${device}",\n}\n`)),
    ],
    ...(lacks && { oddity }),
  };
}

/** A card that nobody knows, with names in GBK. */
function gbk(n: number, { clips, files, size }: Making): FakeCamera {
  const folder = `gbk-${pad(n)}`;
  const films = Array.from({ length: files }, (_, i) => ({
    path: gbkOf(`执法/录像${i + 1}.mp4`),
    bytes: () => filmOf(clips, `${folder} ${i}`, size),
  }));
  return { folder, profile: 'plain', files: films };
}

/** A camera for pictures. */
function still(n: number, { clips, files }: Making): FakeCamera {
  const folder = `dcim-${pad(n)}`;
  const pictures = Array.from({ length: files }, (_, i) => {
    const name = `DCIM/100CANON/IMG_${String(i + 1).padStart(4, '0')}.JPG`;
    return file(name, () => pictureOf(clips, `${folder} ${name}`));
  });
  return { folder, profile: 'dcim', files: pictures };
}

const file = (path: string, bytes: () => Buffer): FakeFile => ({ path: Buffer.from(path), bytes });
const pad = (n: number) => String(n + 1).padStart(2, '0');
const spaced = (digits: string) => digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6');

/** Fourteen digits, as a clock in the zone shows them. */
const stamp = (ms: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace(/\D/g, '');
