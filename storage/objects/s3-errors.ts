import { ObjectMissing } from './object-store.ts';

export const missing = (key: string) => new ObjectMissing(`对象不存在 / no such object: ${key}`);

/** There is nothing: no key, no version, no upload in parts. */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** A conditional write found its key taken, or being taken. */
export const isTaken = (error: unknown): boolean => [409, 412].includes(statusOf(error) ?? 0);

/** The HTTP status that a server refused with. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** There is no retention, or no hold, on a version: 404 or 400, as servers differ. */
export const isUnlocked = (error: unknown): boolean =>
  isMissing(error) || (error as { name?: unknown } | undefined)?.name === 'NoSuchObjectLockConfiguration';

/** A deletion under a lock: 400 or 403, as servers differ. */
export const isRefusal = (error: unknown): boolean => [400, 403].includes(statusOf(error) ?? 0);
