/** Keys as paths below a root. A last segment that begins with 64 hex digits lies in a folder named by the first two of them. */
import { join, sep } from 'node:path';
import { InvalidKey } from './object-store.ts';

const MAX_SEGMENT = 255;
const MAX_KEY = 1024;
const DIGEST = /^[0-9a-f]{64}/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws InvalidKey on a key that could lead out of the root or that not every engine could hold. */
export function checkKey(key: string): void {
  const segments = key.split('/');
  const fits = segments.every(
    (segment) => segment !== '' && !segment.startsWith('.') && Buffer.byteLength(segment) <= MAX_SEGMENT,
  );
  if (!fits || key.length > MAX_KEY || key.includes('\\') || CONTROL.test(key) || !key.isWellFormed()) {
    throw new InvalidKey('对象键无效 / the object key is not valid');
  }
}

/** Throws InvalidKey. */
export function pathOfKey(root: string, key: string): string {
  checkKey(key);
  const segments = key.split('/');
  const last = segments.pop() as string;
  return join(root, ...segments, ...(DIGEST.test(last) ? [last.slice(0, 2)] : []), last);
}

/** The key of a file found below the root, its path given in segments; undefined when no key leads there. */
export function keyOfPath(segments: readonly string[]): string | undefined {
  const last = segments.at(-1) ?? '';
  const folders = segments.slice(0, -1);
  if (DIGEST.test(last) && folders.pop() !== last.slice(0, 2)) return undefined;
  const key = [...folders, last].join('/');
  try {
    return pathOfKey(sep, key) === join(sep, ...segments) ? key : undefined;
  } catch {
    return undefined;
  }
}
