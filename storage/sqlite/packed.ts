/** Byte strings that cross between threads as one transferable buffer. */
export interface Packed {
  data: Uint8Array<ArrayBuffer>;
  /** Where each string ends in `data`. */
  ends: number[];
}

/** Copies the strings one after another. */
export function pack(parts: readonly Uint8Array[]): Packed {
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  const ends: number[] = [];
  let end = 0;
  for (const part of parts) {
    data.set(part, end);
    end += part.length;
    ends.push(end);
  }
  return { data, ends };
}

/** Views of the one buffer. */
export function unpack({ data, ends }: Packed): Uint8Array[] {
  return ends.map((end, index) => data.subarray(index === 0 ? 0 : ends[index - 1], end));
}
