import type { Card } from './agent.ts';
import type { Meter } from './meter.ts';
import type { CardFinding, DockState, FileState } from './state.ts';

/** What the agent does and has done, for people and for programs: docs/dock.md. Instants are RFC 3339, UTC. */
export interface Status {
  at: string;
  startedAt: string;
  /** Whether files may be erased. */
  erase: boolean;
  service: {
    origin: string;
    dock?: string;
    agency?: string;
    /** `unknown` before it was asked. */
    state: 'answers' | 'away' | 'unknown';
    answeredAt?: string;
    why?: string;
    againAt?: string;
  };
  /** Bytes a second, over the last seconds; `limit` is what may be sent now, absent where there is none. */
  speed: { read: number; sent: number; limit?: number };
  /** What is still to be brought. */
  queue: { files: number; bytes: number };
  /** Files on the attached cards, by state. */
  files: Partial<Record<FileState, number>>;
  cards: CardStatus[];
  /** The latest first. */
  findings: { at: string; card: string; code: string; detail: string }[];
}

export interface CardStatus {
  card: string;
  device: string;
  folder: string;
  profile: { name: string; zh: string; en: string };
  attachedAt?: string;
  clockOffsetMs?: number;
  files: Partial<Record<FileState, number>>;
  bytes: { total: number; brought: number };
}

/** States of files that the service does not have yet. */
const WAITING: readonly FileState[] = ['seen', 'stable', 'hashed'];
const FINDINGS = 100;

export interface Watched {
  state: DockState;
  cards: ReadonlyMap<string, Card>;
  meter: Meter;
  now: () => Date;
  startedAt: Date;
  erase: boolean;
  origin: string;
  /** Bytes a second that may be sent now; Infinity without a limit. */
  limit: () => number;
}

export function statusOf(watched: Watched): Status {
  const { state, cards, meter, now, startedAt, erase, origin, limit } = watched;
  const each = [...cards.values()].map((card) => cardStatus(watched, card));
  const waiting = (of: CardStatus) => WAITING.reduce((sum, one) => sum + (of.files[one] ?? 0), 0);
  const { away, answeredAt, ...who } = meter.standing;
  return {
    at: now().toISOString(),
    startedAt: startedAt.toISOString(),
    erase,
    service: {
      ...{ origin, ...who },
      state: away ? 'away' : answeredAt ? 'answers' : 'unknown',
      ...(answeredAt && { answeredAt: instant(answeredAt) }),
      ...(away && { why: away.why, againAt: instant(away.againAt) }),
    },
    speed: {
      read: meter.speed('read'),
      sent: meter.speed('sent'),
      ...(Number.isFinite(limit()) && { limit: limit() }),
    },
    queue: {
      files: each.reduce((sum, card) => sum + waiting(card), 0),
      bytes: each.reduce((sum, { bytes }) => sum + bytes.total - bytes.brought, 0),
    },
    files: sumOf(each.map(({ files }) => files)),
    cards: each,
    findings: state.latestFindings(FINDINGS).map(findingOf),
  };
}

function cardStatus({ state, meter }: Watched, { key, device, folder, profile }: Card): CardStatus {
  const rows = state.tally(key);
  const known = state.card(key);
  const bytes = (of: typeof rows) => of.reduce((sum, row) => sum + row.bytes, 0);
  const waiting = bytes(rows.filter((row) => WAITING.includes(row.state)));
  const total = bytes(rows);
  return {
    ...{ card: key, device, folder, profile: { name: profile.profile, ...profile.title } },
    ...(known && { attachedAt: instant(known.attachedAt) }),
    ...(known && known.offsetMs !== null && { clockOffsetMs: known.offsetMs }),
    files: Object.fromEntries(rows.map((row) => [row.state, row.files])),
    bytes: { total, brought: total - Math.max(0, waiting - meter.underWay(key)) },
  };
}

function sumOf(counts: readonly CardStatus['files'][]): CardStatus['files'] {
  const sum: CardStatus['files'] = {};
  for (const each of counts)
    for (const [state, count] of Object.entries(each) as [FileState, number][]) sum[state] = (sum[state] ?? 0) + count;
  return sum;
}

const findingOf = ({ at, card, code, detail }: CardFinding) => ({ at: instant(at), card, code, detail });
const instant = (ms: number) => new Date(ms).toISOString();
