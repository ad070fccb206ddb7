/** As much of Node's Buffer as signing/ uses, for browsers; behaves as https://nodejs.org/api/buffer.html says. */

type Encoding = 'utf8' | 'hex' | 'base64' | 'base64url' | 'latin1' | 'binary' | 'ascii';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

class Bytes extends Uint8Array {
  declare subarray: (begin?: number, end?: number) => Bytes;

  override toString(encoding: Encoding = 'utf8'): string {
    if (encoding === 'utf8') return utf8.decode(this);
    if (encoding === 'hex') return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const binary = Array.from(this, (byte) => String.fromCharCode(byte)).join('');
    if (encoding === 'base64') return btoa(binary);
    if (encoding === 'base64url') return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    return encoding === 'ascii' ? binary.replace(/[\x80-\xff]/g, lowBits) : binary;
  }

  equals(other: Uint8Array): boolean {
    return compare(this, other) === 0;
  }

  /** Big-endian, at most 6 bytes. */
  readUIntBE(offset: number, length: number): number {
    if (length < 1 || length > 6 || offset < 0 || offset + length > this.length) throw new RangeError('out of range');
    return this.subarray(offset, offset + length).reduce((value, byte) => value * 256 + byte, 0);
  }

  readBigUInt64BE(offset = 0): bigint {
    return new DataView(this.buffer, this.byteOffset, this.length).getBigUint64(offset);
  }

  /** Returns where the number ends. */
  writeBigUInt64BE(value: bigint, offset = 0): number {
    new DataView(this.buffer, this.byteOffset, this.length).setBigUint64(offset, value);
    return offset + 8;
  }

  /** Big-endian, at most 6 bytes. Returns where the number ends. */
  writeUIntBE(value: number, offset: number, length: number): number {
    const whole = Number.isSafeInteger(value) && value >= 0 && value < 256 ** length;
    if (!whole || length < 1 || length > 6 || offset < 0 || offset + length > this.length) {
      throw new RangeError('out of range');
    }
    let rest = value;
    for (let at = offset + length - 1; at >= offset; at--) {
      this[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return offset + length;
  }
}

const lowBits = (char: string) => String.fromCharCode(char.charCodeAt(0) & 0x7f);
const codes = (text: string) => Bytes.from(text, (char) => char.charCodeAt(0)) as Bytes;

/** Text as Node decodes it: hexadecimal up to the first other character, base64 in either alphabet, passing over what is neither. */
function decode(text: string, encoding: Encoding): Bytes {
  if (encoding === 'utf8') return new Bytes(new TextEncoder().encode(text));
  if (encoding === 'hex') {
    const pairs = /^(?:[0-9A-Fa-f]{2})*/.exec(text)?.[0].match(/../g) ?? [];
    return new Bytes(pairs.map((pair) => Number.parseInt(pair, 16)));
  }
  if (encoding === 'base64' || encoding === 'base64url') {
    const plain = (text.split('=')[0] ?? '')
      .replace(/-/g, '+')
      .replace(/_/g, '/')
      .replace(/[^A-Za-z0-9+/]/g, '');
    return codes(atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain));
  }
  return codes(text);
}

/** Negative, zero or positive, by the first byte that differs. */
function compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

export const Buffer = {
  /** A copy of bytes, or what a text stands for. */
  from: (value: string | ArrayLike<number> | ArrayBuffer, encoding: Encoding = 'utf8'): Bytes =>
    typeof value === 'string' ? decode(value, encoding) : new Bytes(value),
  alloc: (size: number): Bytes => new Bytes(size),
  concat(parts: readonly Uint8Array[]): Bytes {
    const whole = new Bytes(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },
  compare,
  byteLength: (text: string): number => new TextEncoder().encode(text).length,
  isBuffer: (value: unknown): value is Bytes => value instanceof Bytes,
};

export type Buffer = Bytes;
