import { progressBar } from '../progress.ts';

/** A step that did not go as it must. */
export class NotAsExpected extends Error {
  override name = 'NotAsExpected';
}

/** Throws NotAsExpected, with both languages, unless it holds. */
export function expect(holds: boolean, zh: string, en: string): asserts holds {
  if (!holds) throw new NotAsExpected(`${zh} ${en}`);
}

/** Numbered steps and what each found, on standard output. */
export class Steps {
  readonly done: { step: number; en: string; ms: number }[] = [];
  readonly #print: (line: string) => void;
  #count = 0;

  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  async run<T>(zh: string, en: string, work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const step = this.#count;
    const began = performance.now();
    this.#print(`\n[${step}] ${zh} ${en}`);
    const value = await work();
    this.done.push({ step, en, ms: Math.round(performance.now() - began) });
    return value;
  }

  tell(zh: string, en: string): void {
    this.#print(`    ${zh} ${en}`);
  }

  /** On a terminal a bar, elsewhere a line at each quarter. */
  bar(label: string, total: number): { add: (bytes: number) => void; end: () => void } {
    if (process.stdout.isTTY) return progressBar(`    ${label}`, total, process.stdout);
    let done = 0;
    let told = 0;
    return {
      add: (bytes) => {
        done += bytes;
        const quarter = total > 0 ? Math.floor((done / total) * 4) : 4;
        if (quarter <= told) return;
        told = quarter;
        this.#print(`    ${label} ${Math.min(quarter, 4) * 25}%`);
      },
      end: () => {},
    };
  }
}

/** Bytes as people read them. */
export const readable = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
