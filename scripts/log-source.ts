import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a log by its path in C2SP tlog-tiles; undefined when it is not there. */
export type LogSource = (path: string) => Promise<Uint8Array | undefined>;

/** No bundle is larger: 256 entries of 65,535 bytes and their lengths. */
const LARGEST = 256 * 65_537;
const TIMEOUT_MS = 30_000;

/** A log in a folder, or served over HTTP; `headers` go with every request. */
export function logSource(place: string, headers: Record<string, string> = {}): LogSource {
  return /^https?:\/\//.test(place) ? served(place.replace(/\/+$/, ''), headers) : folder(place);
}

function folder(dir: string): LogSource {
  return async (path) => {
    try {
      return await readFile(join(dir, path));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
      throw error;
    }
  };
}

function served(base: string, headers: Record<string, string>): LogSource {
  return async (path) => {
    const response = await fetch(`${base}/${path}`, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 404) return undefined;
    if (!response.ok || !response.body) throw new Error(`${path}: HTTP ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > LARGEST) throw new Error(`${path}: larger than it can be`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  };
}
