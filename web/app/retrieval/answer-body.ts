import type { TypedAnswer } from './answer-fields.tsx';

/** What is typed where one request is answered. */
export interface Typed extends TypedAnswer {
  seconds: number;
  viewings: number;
  recordIds: string[];
  sign: boolean;
  password?: string;
  /** The digest of what was shown to be signed. */
  statement?: string;
}

/** What is answered, as the service takes it: a refusal has no terms. */
export const bodyOf = ({ decision, reason, seconds, viewings, recordIds }: Typed) =>
  decision === 'refuse' ? { decision, reason } : { decision, reason, seconds, viewings, recordIds };
