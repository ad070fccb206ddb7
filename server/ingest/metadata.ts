import { Fault } from '../errors.ts';

/**
 * Parses Upload-Metadata (tus 1.0, creation): comma-separated pairs of an ASCII key and a Base64 value, keys unique, a value
 * may be absent. Values are read as UTF-8, and as GB 18030 where they are not UTF-8 (old docks). Throws UPLOAD_METADATA.
 */
export function parseUploadMetadata(header: string | undefined): Map<string, string> {
  const values = new Map<string, string>();
  if (header === undefined || header.trim() === '') return values;
  if (header.length > 16_384) throw malformed('too long');
  for (const pair of header.split(',')) {
    const found = /^([\x21-\x2b\x2d-\x7e]{1,100})(?: ([A-Za-z0-9+/]*={0,2}))?$/.exec(pair.trim());
    if (!found) throw malformed(`not a key and a Base64 value: ${pair.trim().slice(0, 40)}`);
    const [, key = '', encoded = ''] = found;
    if (values.has(key)) throw malformed(`the key ${key} stands twice`);
    const bytes = Buffer.from(encoded, 'base64');
    const right = bytes.toString('base64');
    // Some clients leave the padding out; anything else that is not canonical (RFC 4648 section 3.5) is refused.
    if (encoded !== right && encoded !== right.replace(/=+$/, '')) throw malformed(`${key} is not Base64`);
    values.set(key, decodeText(bytes));
  }
  return values;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

const malformed = (reason: string) => new Fault('UPLOAD_METADATA', { params: { reason } });
