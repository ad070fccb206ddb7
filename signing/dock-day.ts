import { canonicalBytes, parseCanonical } from './canonical.ts';
import { isDigestHex } from './digest.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isInstant, isText } from './shape.ts';

/** What a dock saw of one device on one day: docs/formats/dock-day.md. Instants are RFC 3339, UTC, milliseconds. */
export interface DockDay {
  v: 1;
  kind: 'tiezheng.dock-day';
  agency: string;
  dock: string;
  /** YYYY-MM-DD in `zone`, an IANA zone. */
  day: string;
  zone: string;
  madeAt: string;
  /** Serial number; the name of the card's folder where the device does not tell one. */
  device: string;
  /** By how many ms the device's clock is ahead of the dock's, when it was attached; absent where nothing told its time. */
  clockOffsetMs?: number;
  seen: readonly DockDayFile[];
  findings: readonly DockDayFinding[];
}

export interface DockDayFile {
  name: string;
  size: number;
  sha256?: string;
  record?: string;
  /** How far it is: seen, hashed, uploaded, sealed, erased, kept, gone, failed. */
  state: string;
}

export interface DockDayFinding {
  code: string;
  detail?: string;
}

const FIELDS = ['v', 'kind', 'agency', 'dock', 'day', 'zone', 'madeAt', 'device', 'seen', 'findings'];
/** Bytes in one statement: what is more is told in several. */
export const DOCK_DAY_LIMIT = 524_288;
const CODE = /^[a-z0-9-]{1,60}$/;

/** The exact bytes (RFC 8785). Throws ProofError `DOCK_DAY_INVALID`. */
export const encodeDockDay = (day: DockDay): Uint8Array => canonicalBytes(checkDay(day));

/** Reads a statement's exact bytes. Throws ProofError `DOCK_DAY_INVALID`, `CANONICAL_*`. */
export function decodeDockDay(bytes: Uint8Array): DockDay {
  if (bytes.length > DOCK_DAY_LIMIT) throw wrong(`larger than ${DOCK_DAY_LIMIT} bytes`);
  return checkDay(parseCanonical(bytes));
}

const wrong = (why: string) => new ProofError('DOCK_DAY_INVALID', why);

function checkDay(value: unknown): DockDay {
  const fields = fieldsOf(value, FIELDS, ['clockOffsetMs'], 'DOCK_DAY_INVALID', 'statement');
  const { v, kind, agency, dock, day, zone, madeAt, device, clockOffsetMs, seen, findings } = fields;
  if (v !== 1 || kind !== 'tiezheng.dock-day') throw wrong('not a statement of a dock');
  if (![agency, dock, zone, device].every(isText) || !isInstant(madeAt) || !isDay(day)) throw wrong('a field');
  if (clockOffsetMs !== undefined && !Number.isSafeInteger(clockOffsetMs)) throw wrong('clockOffsetMs');
  if (!Array.isArray(seen) || !Array.isArray(findings)) throw wrong('no lists');
  seen.forEach(checkFile);
  findings.forEach(checkFinding);
  return fields as unknown as DockDay;
}

function checkFile(value: unknown): void {
  const file = fieldsOf(value, ['name', 'size', 'state'], ['sha256', 'record'], 'DOCK_DAY_INVALID', 'file');
  const { name, size, state, sha256, record } = file;
  const optional = (sha256 === undefined || isDigestHex(sha256)) && (record === undefined || isText(record));
  if (!isText(name) || !isCount(size) || !isCode(state) || !optional) throw wrong('a file');
}

function checkFinding(value: unknown): void {
  const { code, detail } = fieldsOf(value, ['code'], ['detail'], 'DOCK_DAY_INVALID', 'finding');
  if (!isCode(code) || (detail !== undefined && !isText(detail))) throw wrong('a finding');
}

const isCode = (value: unknown) => typeof value === 'string' && CODE.test(value);
const isDay = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && isInstant(`${value}T00:00:00.000Z`);
