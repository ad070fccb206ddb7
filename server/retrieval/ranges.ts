/** Offsets of the first and the last byte, both included. */
export interface Span {
  from: number;
  to: number;
}

/** Adds a span to spans that are in order and apart from each other; what overlaps or touches becomes one. */
export function addSpan(spans: readonly Span[], { from, to }: Span): Span[] {
  const before = spans.filter((span) => span.to + 1 < from);
  const after = spans.filter((span) => span.from > to + 1);
  const touched = spans.slice(before.length, spans.length - after.length);
  const merged = {
    from: Math.min(from, ...touched.map((span) => span.from)),
    to: Math.max(to, ...touched.map((span) => span.to)),
  };
  return [...before, merged, ...after];
}

export interface RecordSpan extends Span {
  recordId: string;
}

/** Adds spans to those of several records, each record's kept in order. */
export function addSpans(known: readonly RecordSpan[], added: readonly RecordSpan[]): RecordSpan[] {
  const byRecord = Map.groupBy(known, (span) => span.recordId) as Map<string, Span[]>;
  for (const { recordId, from, to } of added) {
    byRecord.set(recordId, addSpan(byRecord.get(recordId) ?? [], { from, to }));
  }
  return [...byRecord].flatMap(([recordId, spans]) => spans.map(({ from, to }) => ({ recordId, from, to })));
}

/** What was delivered since the last taking: merged spans per record, and the bytes in all. */
export class Delivered {
  readonly #spans = new Map<string, Span[]>();
  #count = 0;
  #bytes = 0;

  add(recordId: string, from: number, length: number): void {
    if (length <= 0) return;
    this.#bytes += length;
    const spans = this.#spans.get(recordId) ?? [];
    // A transfer in its course only grows its own span: the common case, without building the list anew.
    const at = spans.findIndex((span) => span.to + 1 === from);
    const growing = spans[at];
    const next = spans[at + 1];
    if (growing && (!next || next.from > from + length)) {
      growing.to += length;
      return;
    }
    const merged = addSpan(spans, { from, to: from + length - 1 });
    this.#count += merged.length - spans.length;
    this.#spans.set(recordId, merged);
  }

  /** Takes back what was handed over and could not be kept. */
  putBack({ ranges, bytes }: { ranges: readonly RecordSpan[]; bytes: number }): void {
    const total = this.#bytes + bytes;
    for (const { recordId, from, to } of ranges) this.add(recordId, from, to - from + 1);
    this.#bytes = total;
  }

  /** How many spans are held. */
  get count(): number {
    return this.#count;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Hands over what is held and begins anew. */
  take(): { ranges: RecordSpan[]; bytes: number } {
    const ranges = [...this.#spans].flatMap(([recordId, spans]) => spans.map((span) => ({ recordId, ...span })));
    const bytes = this.#bytes;
    this.#spans.clear();
    this.#count = 0;
    this.#bytes = 0;
    return { ranges, bytes };
  }
}
