import { canonicalBytes, parseCanonical } from './canonical.ts';
import { isDigestHex } from './digest.ts';
import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isText } from './shape.ts';

/** What a person signs by their name. */
const purposes = ['record.confirmation', 'grant.answer', 'export.request'] as const;
export type Purpose = (typeof purposes)[number];

/**
 * The bytes that a personal signature is over: who signs, what for, and the thing as it then stood. The entry's leaf hash stands for the whole history of
 * the thing up to it, so nothing personal is in the statement. docs/formats/statement.md.
 */
export interface Statement {
  v: 1;
  kind: 'tiezheng.statement';
  purpose: Purpose;
  agency: string;
  /** Id of the person who signs. */
  signer: string;
  /** The stream that it is about, its version, and the leaf hash (RFC 6962, hex) of the entry that made that version. */
  stream: string;
  version: number;
  entry: string;
  /** SHA-256, hex, of what else it stands for, by name. */
  digests: { readonly [name: string]: string };
}

const FIELDS = ['v', 'kind', 'purpose', 'agency', 'signer', 'stream', 'version', 'entry', 'digests'];
const LIMIT = 8192;

/** The exact bytes (RFC 8785). Throws ProofError `STATEMENT_INVALID`. */
export const encodeStatement = (statement: Statement): Uint8Array => canonicalBytes(checkStatement(statement));

/** Reads a statement's exact bytes. Throws ProofError `STATEMENT_INVALID`, `CANONICAL_BYTES`. */
export function decodeStatement(bytes: Uint8Array): Statement {
  if (bytes.length > LIMIT) throw new ProofError('STATEMENT_INVALID', `larger than ${LIMIT} bytes`);
  return checkStatement(parseCanonical(bytes));
}

function checkStatement(value: unknown): Statement {
  const fields = fieldsOf(value, FIELDS, [], 'STATEMENT_INVALID', 'statement');
  const { purpose, agency, signer, stream, version, entry, digests } = fields;
  const named = fields.v === 1 && fields.kind === 'tiezheng.statement' && purposes.some((each) => each === purpose);
  const whole = [agency, signer, stream].every(isText) && isCount(version) && version > 0 && isDigestHex(entry);
  const digested =
    digests !== null &&
    typeof digests === 'object' &&
    !Array.isArray(digests) &&
    Object.values(digests).every(isDigestHex);
  if (!named || !whole || !digested) throw new ProofError('STATEMENT_INVALID', 'the statement is not as it must be');
  return fields as unknown as Statement;
}
