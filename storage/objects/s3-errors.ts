import { ObjectMissing } from './object-store.ts';

export const missing = (key: string) => new ObjectMissing(`对象不存在 / no such object: ${key}`);

/** There is nothing: no key, no version, no upload in parts. */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** The HTTP status that a server refused with. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
