/** A source cut into blocks of a size, the last one shorter; none of a source without bytes. */
export async function* blocksOf(
  source: AsyncIterable<Uint8Array> | Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let collected = 0;
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, size - collected);
      chunks.push(taken);
      collected += taken.length;
      rest = rest.subarray(taken.length);
      if (collected < size) continue;
      yield Buffer.concat(chunks);
      chunks = [];
      collected = 0;
    }
  }
  if (collected > 0) yield Buffer.concat(chunks);
}
