/** A look into bytes that may end anywhere: what lies outside reads as nothing. */
export class Bytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** One character a byte (U+0000 to U+00FF), shorter where the bytes end. */
  ascii(offset: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(offset, offset + length));
  }

  startsWith(text: string, offset = 0): boolean {
    return this.ascii(offset, text.length) === text;
  }

  byte(offset: number): number | undefined {
    return this.bytes[offset];
  }

  u16le(offset: number): number | undefined {
    return this.#holds(offset, 2) ? this.#view.getUint16(offset, true) : undefined;
  }

  u32le(offset: number): number | undefined {
    return this.#holds(offset, 4) ? this.#view.getUint32(offset, true) : undefined;
  }

  u32be(offset: number): number | undefined {
    return this.#holds(offset, 4) ? this.#view.getUint32(offset) : undefined;
  }

  #holds(offset: number, length: number): boolean {
    return offset >= 0 && offset + length <= this.bytes.length;
  }
}
