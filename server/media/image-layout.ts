/**
 * Where an image's header says what: its size in pixels, and its EXIF block as TIFF bytes. What is missing or damaged
 * is absent.
 */
export interface ImageLayout {
  width?: number;
  height?: number;
  /** Clockwise degrees, where the container has its own notion of it. */
  rotation?: number;
  exif?: Uint8Array;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textAt = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));
/** EXIF as some writers put it into PNG and WebP, with the mark of JPEG's segment before it. */
const withoutMark = (block: Uint8Array) => (textAt(block, 0, 6) === 'Exif\0\0' ? block.subarray(6) : block);

/** Segments up to the first scan (ITU-T T.81 annex B): a frame header has the size, the first Exif APP1 the block. */
export function jpegLayout(bytes: Uint8Array): ImageLayout {
  const view = viewOf(bytes);
  const layout: ImageLayout = {};
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const length = view.getUint16(at + 2);
    if (length < 2) break;
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && !layout.exif && textAt(body, 0, 6) === 'Exif\0\0') layout.exif = body.subarray(6);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker) && body.length >= 6) {
      const frame = viewOf(body);
      layout.height = frame.getUint16(1);
      layout.width = frame.getUint16(3);
    }
    at += 2 + length;
  }
  return layout;
}

/** IHDR and eXIf (PNG third edition, sections 11.2.1 and 11.3.4.5). */
export function pngLayout(bytes: Uint8Array): ImageLayout {
  const view = viewOf(bytes);
  const layout: ImageLayout = {};
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = textAt(bytes, at + 4, 4);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (body.length < length || (at === 8 && kind !== 'IHDR') || kind === 'IEND') break;
    if (kind === 'IHDR' && length === 13) {
      layout.width = view.getUint32(at + 8);
      layout.height = view.getUint32(at + 12);
    }
    if (kind === 'eXIf') layout.exif ??= withoutMark(body);
    at += 12 + length;
  }
  return layout;
}

/** VP8X before the bitstream's own header, and EXIF (RFC 9649 sections 2.5 to 2.7). */
export function webpLayout(bytes: Uint8Array): ImageLayout {
  const view = viewOf(bytes);
  let layout: ImageLayout = {};
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    const body = bytes.subarray(at + 8, at + 8 + length);
    const kind = textAt(bytes, at, 4);
    if (kind === 'EXIF' && body.length === length) layout.exif ??= withoutMark(body);
    else if (layout.width === undefined) layout = { ...layout, ...webpSize(kind, body) };
    at += 8 + length + (length % 2);
  }
  return layout;
}

function webpSize(kind: string, body: Uint8Array): Pick<ImageLayout, 'width' | 'height'> {
  if (body.length < 10) return {};
  const view = viewOf(body);
  if (kind === 'VP8X') {
    const side = (at: number) => view.getUint16(at, true) + body[at + 2]! * 0x10000 + 1;
    return { width: side(4), height: side(7) };
  }
  if (kind === 'VP8 ' && textAt(body, 3, 3) === '\x9d\x01\x2a') {
    return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  }
  if (kind !== 'VP8L' || body[0] !== 0x2f) return {};
  const bits = view.getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
