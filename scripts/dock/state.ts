import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Facts } from './facts.ts';

/**
 * How far a file is. `seen`: it may still grow. `stable`: to be digested. `hashed`: to be brought. `brought`: it is a record, to be sealed. `sealed`: its
 * receipt verifies. `kept`: it stays on the card, and why is in `note`. `erasable`: a permit would be given, erasing is off. `erasing`: a permit is there.
 */
export const fileStates = [
  ...(['seen', 'stable', 'hashed', 'brought', 'sealed', 'kept', 'erasable'] as const),
  ...(['erasing', 'erased', 'quarantined', 'gone', 'failed'] as const),
] as const;
export type FileState = (typeof fileStates)[number];

/** States in which something is still to be done for a file. */
export const pendingStates: readonly FileState[] = ['seen', 'stable', 'hashed', 'brought', 'sealed', 'erasing'];

export interface FileRow {
  id: number;
  card: string;
  /** Bytes below the card's root. */
  path: Uint8Array;
  shown: string;
  size: number;
  mtimeMs: number;
  state: FileState;
  facts: Facts;
  sha256?: string;
  /** Where the upload goes on. */
  upload?: string;
  /** How often it was begun anew. */
  begun: number;
  record?: string;
  manifest?: string;
  permit?: string;
  note?: string;
  tries: number;
  /** Not before, ms since the epoch. */
  nextAt: number;
  firstSeen: number;
  lastSeen: number;
  hashedAt?: number;
}

export interface CardFinding {
  card: string;
  day: string;
  code: string;
  detail: string;
  at: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS files (
  id INTEGER PRIMARY KEY, card TEXT NOT NULL, path BLOB NOT NULL, shown TEXT NOT NULL, size INTEGER NOT NULL, mtimeMs INTEGER NOT NULL,
  state TEXT NOT NULL, facts TEXT NOT NULL, sha256 TEXT, upload TEXT, begun INTEGER NOT NULL DEFAULT 0, record TEXT, manifest TEXT, permit TEXT,
  note TEXT, tries INTEGER NOT NULL DEFAULT 0, nextAt INTEGER NOT NULL DEFAULT 0, firstSeen INTEGER NOT NULL, lastSeen INTEGER NOT NULL,
  hashedAt INTEGER, UNIQUE (card, path));
CREATE INDEX IF NOT EXISTS files_by_state ON files (state, nextAt);
CREATE TABLE IF NOT EXISTS cards (card TEXT PRIMARY KEY, device TEXT NOT NULL, offsetMs INTEGER, clockLine TEXT, profile TEXT NOT NULL, attachedAt INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS findings (
  card TEXT NOT NULL, day TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (card, day, code, detail));
CREATE TABLE IF NOT EXISTS days (card TEXT NOT NULL, day TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (card, day));
PRAGMA user_version = 1;`;

/** Columns that no statement of a day tells; that a file is seen again is told anew each day. */
const UNTOLD: readonly string[] = ['lastSeen', 'nextAt', 'tries', 'note', 'upload', 'begun'];

/** Columns that may be set; `facts` as JSON. */
type Change = Partial<{ [K in Exclude<keyof FileRow, 'id' | 'card' | 'path'>]: FileRow[K] | undefined }>;

type Attaching = {
  card: string;
  device: string;
  profile: string;
  offsetMs?: number;
  clockLine?: string;
  attachedAt: number;
};

export interface AttachedCard {
  card: string;
  device: string;
  /** Name of the profile that knew it. */
  profile: string;
  /** By how many ms its clock was ahead. */
  offsetMs: number | null;
  /** Stamp of the last line of its log. */
  clockLine: string | null;
  attachedAt: number;
}

/** What the agent has seen and done, durable before it goes on: one SQLite file. Who opens it has it for themself. */
export class DockState {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #changes = 0;

  /** Throws an error of SQLite, `SQLITE_BUSY` when another agent has it open. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#db = new DatabaseSync(path, { timeout: 1000 });
    this.#db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT;',
    );
    this.#db.exec(SCHEMA);
  }

  /** Grows with all that statements of days could tell: as long as it is the same, so are they. */
  get changes(): number {
    return this.#changes;
  }

  close(): void {
    this.#db.close();
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  #rows(text: string, ...values: SQLInputValue[]): FileRow[] {
    return this.#sql(text)
      .all(...values)
      .map(rowOf);
  }

  file(card: string, path: Uint8Array): FileRow | undefined {
    return this.#rows('SELECT * FROM files WHERE card = ? AND path = ?', card, path)[0];
  }

  add(file: Pick<FileRow, 'card' | 'path' | 'shown' | 'size' | 'mtimeMs' | 'facts'>, now: number): void {
    const { card, path, shown, size, mtimeMs, facts } = file;
    this.#changes += 1;
    this.#sql(
      "INSERT INTO files (card, path, shown, size, mtimeMs, facts, state, firstSeen, lastSeen) VALUES (?, ?, ?, ?, ?, ?, 'seen', ?, ?)",
    ).run(card, path, shown, size, mtimeMs, JSON.stringify(facts), now, now);
  }

  set(id: number, change: Change): void {
    const entries = Object.entries(change);
    if (entries.some(([name]) => !UNTOLD.includes(name))) this.#changes += 1;
    const values = entries.map(([, value]) => (typeof value === 'object' ? JSON.stringify(value) : (value ?? null)));
    const text = `UPDATE files SET ${entries.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`;
    // When a file's turn comes again may be forgotten with the power: that waits for no disk.
    const lasting = entries.some(([name]) => name !== 'nextAt');
    if (!lasting) this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#sql(text).run(...values, id);
    } finally {
      if (!lasting) this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Work in one transaction: thousands of files of a card are entered at once. */
  together(work: () => void): void {
    this.#db.exec('BEGIN');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Files in one of these states whose time has come, what is nearest to its end first. */
  due(cards: readonly string[], states: readonly FileState[], now: number, limit: number): FileRow[] {
    return this.#rows(
      `SELECT * FROM files WHERE card IN (SELECT value FROM json_each(?)) AND state IN (SELECT value FROM json_each(?)) AND nextAt <= ?
       ORDER BY instr('erasing sealed brought hashed stable', state), nextAt, id LIMIT ?`,
      ...[JSON.stringify(cards), JSON.stringify(states), now, limit],
    );
  }

  count(cards: readonly string[], states: readonly FileState[]): number {
    const text =
      'SELECT count(*) AS n FROM files WHERE card IN (SELECT value FROM json_each(?)) AND state IN (SELECT value FROM json_each(?))';
    return Number(this.#sql(text).get(JSON.stringify(cards), JSON.stringify(states))?.n);
  }

  /** The latest so many of a card, in the order in which they were first seen: what a camera filmed in years is not held. */
  ofCard(card: string, most = 5000): FileRow[] {
    const latest = 'SELECT * FROM files WHERE card = ? ORDER BY id DESC LIMIT ?';
    return this.#rows(`SELECT * FROM (${latest}) ORDER BY id`, card, most);
  }

  /** Those that should still be on a card, unless they are being erased. */
  expected(card: string): FileRow[] {
    const text = "SELECT * FROM files WHERE card = ? AND state NOT IN ('erased', 'erasing', 'gone') ORDER BY id";
    return this.#rows(text, card);
  }

  /** Those of a card that were there at some instant or later, ms since the epoch. */
  seenSince(card: string, ms: number): FileRow[] {
    return this.#rows('SELECT * FROM files WHERE card = ? AND lastSeen >= ? ORDER BY id', card, ms);
  }

  /** What stays on a card is judged anew, where its time has come: rules and links may have changed. */
  judgeAnew(card: string, states: readonly FileState[], now: number): void {
    const text =
      "UPDATE files SET state = 'sealed', nextAt = 0, tries = 0 WHERE card = ? AND state IN (SELECT value FROM json_each(?)) AND nextAt <= ?";
    this.#changes += Number(this.#sql(text).run(card, JSON.stringify(states), now).changes);
  }

  /** What failed is read once more, where its time has come. */
  readAnew(card: string, now: number): void {
    const text =
      "UPDATE files SET state = 'stable', nextAt = 0, tries = 0 WHERE card = ? AND state = 'failed' AND nextAt <= ?";
    this.#changes += Number(this.#sql(text).run(card, now).changes);
  }

  /** How many files of a card are in each state, and their bytes. */
  tally(card: string): { state: FileState; files: number; bytes: number }[] {
    const text = 'SELECT state, count(*) AS files, sum(size) AS bytes FROM files WHERE card = ? GROUP BY state';
    return this.#sql(text).all(card) as never;
  }

  attach(attached: Attaching): void {
    const { card, device, profile, offsetMs, clockLine, attachedAt } = attached;
    this.#changes += 1;
    this.#sql(
      'INSERT OR REPLACE INTO cards (card, device, profile, offsetMs, clockLine, attachedAt) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(...[card, device, profile, offsetMs ?? null, clockLine ?? null, attachedAt]);
  }

  /** As it was attached last. */
  card(card: string): AttachedCard | undefined {
    return this.#sql('SELECT * FROM cards WHERE card = ?').get(card) as never;
  }

  attachedSince(ms: number): AttachedCard[] {
    return this.#sql('SELECT * FROM cards WHERE attachedAt >= ? ORDER BY card').all(ms) as never;
  }

  /** False when the same was found that day already. */
  find({ card, day, code, detail, at }: CardFinding): boolean {
    const text = 'INSERT OR IGNORE INTO findings VALUES (?, ?, ?, ?, ?)';
    const isNew = this.#sql(text).run(card, day, code, detail, at).changes > 0;
    if (isNew) this.#changes += 1;
    return isNew;
  }

  /** Days with findings, from one on. */
  findingDays(card: string, from: string): string[] {
    const text = 'SELECT DISTINCT day FROM findings WHERE card = ? AND day >= ? ORDER BY day';
    const rows = this.#sql(text).all(card, from);
    return rows.map(({ day }) => String(day));
  }

  findings(card: string, day: string): CardFinding[] {
    return this.#sql('SELECT * FROM findings WHERE card = ? AND day = ? ORDER BY at, code, detail').all(
      card,
      day,
    ) as never;
  }

  /** Of all cards, the latest first. */
  latestFindings(limit: number): CardFinding[] {
    return this.#sql('SELECT * FROM findings ORDER BY at DESC, card, code, detail LIMIT ?').all(limit) as never;
  }

  /** Digest of what was stated last of a card's day. */
  stated(card: string, day: string): string | undefined {
    return this.#sql('SELECT sha256 FROM days WHERE card = ? AND day = ?').get(card, day)?.sha256 as string | undefined;
  }

  setStated(card: string, day: string, sha256: string): void {
    this.#sql('INSERT OR REPLACE INTO days VALUES (?, ?, ?)').run(card, day, sha256);
  }
}

function rowOf(row: Record<string, unknown>): FileRow {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(known), facts: JSON.parse(String(row.facts)) } as FileRow;
}
