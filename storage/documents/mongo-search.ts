import type { Model } from 'mongoose';
import { leadOf } from '../mongo/schema.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { KindSpec, Query } from './document-store.ts';
import { checkPath } from './filter.ts';
import { every, type MongoFilter, mongoFilter } from './mongo-filter.ts';
import { hexOf, type StoredRow } from './mongo-rows.ts';

/** A page of rows, in the order of the query's sort and then of ids. Throws InvalidCursor, NotDeclared, RangeError, TypeError. */
export async function findRows(
  rows: Model<StoredRow>,
  spec: KindSpec,
  { chain, filter, sort, limit, after }: Query,
): Promise<{ found: StoredRow[]; next?: string }> {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is a whole number above 0');
  const path = sort && sort.path !== 'id' ? sort.path : undefined;
  if (path) checkPath(spec, path);
  const parts = [mongoFilter(spec, filter), ...(after === undefined ? [] : [restAfter(path, sort, after)])];
  const direction = sort?.descending ? -1 : 1;
  const page = await rows
    .find({ chain, ...every(parts) })
    .sort(path ? { [leadOf(path)]: direction, _id: direction } : { _id: direction })
    .limit(limit + 1)
    .lean();
  const found = page.slice(0, limit);
  const last = found.at(-1);
  if (page.length <= limit || !last) return { found };
  const value = path && Buffer.from(last.lead[path.replaceAll('.', '/')] ?? '', 'hex');
  return { found, next: writeCursor(sort, { value: value || undefined, id: last._id }) };
}

/** What comes after a cursor, by the same keys as the order: stable whatever is written meanwhile. */
function restAfter(path: string | undefined, sort: Query['sort'], after: string): MongoFilter {
  const { value, id } = readCursor(sort, after);
  const beyond = sort?.descending ? '$lt' : '$gt';
  if (!path || !value) return { _id: { [beyond]: id } };
  const lead = leadOf(path);
  return { $or: [{ [lead]: { [beyond]: hexOf(value) } }, { [lead]: hexOf(value), _id: { [beyond]: id } }] };
}
