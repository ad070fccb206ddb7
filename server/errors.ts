import { catalogue, type FaultCode } from './faults/catalogue.ts';
import { type FieldText, fieldWords } from './faults/field-words.ts';
import { inChinese } from './faults/words.ts';

export type { FaultCode };

/** One fault of one field; `pointer` is a JSON pointer (RFC 6901) into the body, or `/query/x`, `/params/x`. */
export interface FieldFault {
  pointer: string;
  /** A text of faults/field-words.ts, or one that is in the language of the request already. */
  detail: string;
}

interface FaultOptions {
  params?: Record<string, string | number>;
  errors?: FieldFault[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one error class of the server: a code of the catalogue, and what fills its texts. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly params: Record<string, string | number>;
  readonly errors: FieldFault[];
  readonly headers: Record<string, string>;

  constructor(code: FaultCode, options: FaultOptions = {}) {
    super(code, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.params = options.params ?? {};
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  /** Title and detail in the language asked for. */
  words(language: 'zh' | 'en'): { title: string; detail: string } {
    const [title, detail] = catalogue[this.code][language];
    const filled = detail.replace(/\{(\w+)\}/g, (_, name: string) => {
      const told = String(this.params[name] ?? '');
      return language === 'zh' && (name === 'state' || name === 'what') ? inChinese(told) : told;
    });
    return { title, detail: filled };
  }

  /** What is wrong with each field, in the language asked for. */
  fields(language: 'zh' | 'en'): { pointer: string; detail: string }[] {
    return this.errors.map(({ pointer, detail }) => ({ pointer, detail: fieldWords(detail, this.params, language) }));
  }
}

/** One field's part of a fault. */
export const field = (pointer: string, detail: FieldText): FieldFault => ({ pointer, detail });

/** The fault of one field. */
export const invalid = (pointer: string, detail: FieldText, params: FaultOptions['params'] = {}) =>
  new Fault('VALIDATION', { params, errors: [field(pointer, detail)] });

/** What must be there for anything else to be said of it. Throws NOT_FOUND. */
export function present<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Fault('NOT_FOUND');
  return thing;
}
