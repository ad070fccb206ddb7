import { ProofError } from './proof-error.ts';

/** One thing that must be true of a package or a receipt, and whether it is. Texts are whole sentences of what holds. */
export interface CheckLine {
  /** Stable name of the check. */
  id: string;
  ok: boolean;
  zh: string;
  en: string;
  /** What does not hold and where, or what should be known beside it. */
  detail?: string;
}

/** Control characters, and those that turn the direction of text, never reach a terminal or a page from what is checked. */
export const withoutControls = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');

export type Words = readonly [id: string, zh: string, en: string];

const SHOWN = 20;

/** Gathers what one check finds. */
export class Findings {
  readonly #faults: string[] = [];
  readonly #notes: string[] = [];
  #count = 0;

  get failed(): boolean {
    return this.#count > 0;
  }

  fault(text: string): void {
    this.#count += 1;
    if (this.#faults.length < SHOWN) this.#faults.push(text);
  }

  demand(holds: boolean, text: string): void {
    if (!holds) this.fault(text);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** Runs a part of the check; what it throws is a fault at `where`. */
  async within<T>(where: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.fault(`${where}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  line([id, zh, en]: Words): CheckLine {
    const more = this.#count > SHOWN ? [`… ${this.#count}`] : [];
    const detail = [...this.#faults, ...more, ...this.#notes].join('; ');
    return { id, ok: !this.failed, zh, en, ...(detail && { detail }) };
  }
}

/** Runs one check. It never throws: what `work` throws is a fault of the line, and the value is then undefined. */
export async function check<T>(
  words: Words,
  work: (findings: Findings) => T | Promise<T>,
): Promise<{ line: CheckLine; value: T | undefined }> {
  const findings = new Findings();
  try {
    const value = await work(findings);
    return { line: findings.line(words), value };
  } catch (error) {
    findings.fault(reasonOf(error));
    return { line: findings.line(words), value: undefined };
  }
}

const reasonOf = (error: unknown) =>
  error instanceof ProofError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error);
