/** A proof that does not hold, or material that cannot be read as one. `code` is stable; `message` is English, for logs and details. */
export class ProofError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ProofError';
    this.code = code;
  }
}
