/** A page's end as an opaque string: the sort it belongs to, the last document's sort value (as encoded) and its id. */
import { InvalidCursor, type Query } from './document-store.ts';

export interface Position {
  /** Absent when the sort is by id. */
  value: Uint8Array | undefined;
  id: string;
}

/** The `next` of a page, base64url. */
export function writeCursor(sort: Query['sort'], { value, id }: Position): string {
  const parts = [signOf(sort), value ? Buffer.from(value).toString('base64url') : '', id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Throws InvalidCursor. */
export function readCursor(sort: Query['sort'], cursor: string): Position {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== 3 || parts.some((part) => typeof part !== 'string')) throw refused();
  const [sign, value, id] = parts as [string, string, string];
  const byId = (sort?.path ?? 'id') === 'id';
  if (sign !== signOf(sort) || byId !== (value === '') || !id.isWellFormed()) throw refused();
  return { value: byId ? undefined : Buffer.from(value, 'base64url'), id };
}

const signOf = (sort: Query['sort']) => `${sort?.descending ? '-' : '+'}${sort?.path ?? 'id'}`;

const refused = () => new InvalidCursor('分页游标无效 / the page cursor is not valid');

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw refused();
  }
}
