import type { ImageLayout } from './image-layout.ts';

interface Box {
  kind: string;
  body: Uint8Array;
}

/** Bounds on what a hostile file may make us walk. */
const MAX_BOXES = 4096;
const MAX_ITEMS = 4096;

/**
 * Size, turn and EXIF of a HEIF file's primary picture (ISO/IEC 14496-12 section 8.11, ISO/IEC 23008-12 sections 6.5
 * and A.2.1). The size is that of the largest picture in it, which the primary one is: tiles and thumbnails are
 * smaller.
 */
export function heifLayout(bytes: Uint8Array): ImageLayout {
  const meta = boxes(bytes)
    .find(({ kind }) => kind === 'meta')
    ?.body.subarray(4);
  if (!meta) return {};
  const parts = new Map(boxes(meta).map(({ kind, body }) => [kind, body]));
  const properties = boxes(boxes(parts.get('iprp') ?? empty).find(({ kind }) => kind === 'ipco')?.body ?? empty);
  const sizes = properties
    .filter(({ kind, body }) => kind === 'ispe' && body.length >= 12)
    .map(({ body }) => ({ width: viewOf(body).getUint32(4), height: viewOf(body).getUint32(8) }))
    .sort((a, b) => b.width * b.height - a.width * a.height);
  const turn = properties.find(({ kind }) => kind === 'irot')?.body[0];
  const exif = exifBlock(bytes, parts);
  return {
    ...sizes[0],
    ...(turn !== undefined && { rotation: (360 - (turn & 3) * 90) % 360 }),
    ...(exif && { exif }),
  };
}

const empty = new Uint8Array();
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The boxes of a container, up to the first that is damaged; one that is cut by the end is given as far as it goes.
 */
function boxes(bytes: Uint8Array): Box[] {
  const view = viewOf(bytes);
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && found.length < MAX_BOXES; ) {
    const short = view.getUint32(at);
    const header = short === 1 ? 16 : 8;
    if (at + header > bytes.length) break;
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? bytes.length - at : short;
    if (length < header) break;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.push({ kind, body: bytes.subarray(at + header, at + length) });
    at += length;
  }
  return found;
}

/** The Exif item: four bytes that say how far the TIFF header is, then the block. */
function exifBlock(file: Uint8Array, parts: Map<string, Uint8Array>): Uint8Array | undefined {
  try {
    const item = exifItem(parts.get('iinf') ?? empty);
    const place = item === undefined ? undefined : placeOf(parts.get('iloc') ?? empty, item);
    const block = place && file.subarray(place.offset, place.offset + place.length);
    if (!block || block.length < 12) return undefined;
    return block.subarray(4 + viewOf(block).getUint32(0));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function exifItem(iinf: Uint8Array): number | undefined {
  if (iinf.length < 8) return undefined;
  for (const { kind, body } of boxes(iinf.subarray(iinf[0] === 0 ? 6 : 8))) {
    const wide = body[0] === 3;
    if (kind !== 'infe' || !(wide || body[0] === 2)) continue;
    const at = wide ? 10 : 8;
    const view = viewOf(body);
    if (String.fromCharCode(...body.subarray(at, at + 4)) === 'Exif')
      return wide ? view.getUint32(4) : view.getUint16(4);
  }
  return undefined;
}

/** Where an item lies in the file, when it lies there in one piece. Throws RangeError where the table is cut. */
function placeOf(iloc: Uint8Array, item: number): { offset: number; length: number } | undefined {
  const view = viewOf(iloc);
  const version = view.getUint8(0);
  const [offsetBytes, lengthBytes] = [view.getUint8(4) >> 4, view.getUint8(4) & 15];
  const [baseBytes, indexBytes] = [view.getUint8(5) >> 4, version === 0 ? 0 : view.getUint8(5) & 15];
  let at = 6;
  const next = (width: number): number => {
    let value = 0;
    for (let byte = 0; byte < width; byte++) value = value * 256 + view.getUint8(at++);
    return value;
  };
  const count = Math.min(next(version < 2 ? 2 : 4), MAX_ITEMS);
  for (let entry = 0; entry < count; entry++) {
    const id = next(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : next(2) & 15;
    next(2);
    const base = next(baseBytes);
    const extents = next(2);
    let place: { offset: number; length: number } | undefined;
    for (let extent = 0; extent < extents; extent++) {
      next(indexBytes);
      place = { offset: base + next(offsetBytes), length: next(lengthBytes) };
    }
    if (id === item) return method === 0 && extents === 1 ? place : undefined;
  }
  return undefined;
}
