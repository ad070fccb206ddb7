import { decodeText } from './names.ts';

/** Bytes of a sidecar that are looked at. */
export const SIDECAR_LIMIT = 65_536;

/**
 * Reads keys and values of a sidecar, whatever its form: XML elements without children, an object of JSON, or lines `key=value`. Nothing in it makes
 * it throw; of a key that comes twice the first counts.
 */
export function readSidecar(bytes: Uint8Array): Map<string, string> {
  const text = decodeText(bytes.subarray(0, SIDECAR_LIMIT)).trim();
  const values = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (!values.has(key) && values.size < 200) values.set(key, value.slice(0, 1000));
  };
  if (text.startsWith('{')) for (const [key, value] of jsonPairs(text)) add(key, value);
  else if (text.startsWith('<')) {
    for (const [, key = '', value = ''] of text.matchAll(/<(\w{1,64})>([^<]{0,1000})<\/\1>/g)) add(key, value);
  } else {
    for (const [, key = '', value = ''] of text.matchAll(/^[ \t]*(\w{1,64})[ \t]*[=:：][ \t]*(.{0,1000})$/gmu)) {
      add(key, value);
    }
  }
  return values;
}

function jsonPairs(text: string): [string, string][] {
  try {
    return Object.entries(JSON.parse(text)).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [],
    );
  } catch {
    return [];
  }
}
