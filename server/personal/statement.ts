import { z } from 'zod';
import { canonicalBytes } from '../../signing/canonical.ts';
import { leafHash } from '../../signing/chain.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { encodeStatement, type Purpose } from '../../signing/statement.ts';
import type { Deps } from '../deps.ts';
import { present } from '../errors.ts';
import type { AnyEvent, Kind } from '../ledger/kind.ts';

/** What is to be signed, and over which thing as it stands now. */
export interface Subject<S, E extends AnyEvent> {
  purpose: Purpose;
  signer: string;
  kind: Kind<S, E>;
  id: string;
  /** What else it stands for, of the state that it is made from. */
  digests: (state: S) => Record<string, string>;
}

export const statementAnswer = z.object({
  /** The exact bytes to be signed, as UTF-8 text; nothing follows. */
  statement: z.string(),
  /** Of those bytes, hex: what a signature names as what was shown. */
  sha256: z.string(),
});

/** The exact bytes. Throws NOT_FOUND, and what `digests` throws. */
export async function statementOf<S, E extends AnyEvent>(
  { ledger, ledgerStore }: Pick<Deps, 'ledger' | 'ledgerStore'>,
  chain: string,
  { purpose, signer, kind, id, digests }: Subject<S, E>,
): Promise<Uint8Array> {
  const { state, version } = await ledger.load(kind, chain, id);
  const known = present(state);
  const stream = `${kind.name}/${id}`;
  const [entry] = await ledgerStore.stream(chain, stream, version, version);
  if (!entry) throw new Error(`version ${version} of ${stream} is missing`);
  return encodeStatement({
    ...{ v: 1, kind: 'tiezheng.statement', purpose, agency: chain, signer, stream, version },
    entry: Buffer.from(leafHash(entry.bytes)).toString('hex'),
    digests: digests(known),
  });
}

export const showStatement = (bytes: Uint8Array): z.input<typeof statementAnswer> => ({
  statement: Buffer.from(bytes).toString('utf8'),
  sha256: sha256Hex(bytes),
});

/** SHA-256, hex, of the canonical form (RFC 8785) of what a person decides. */
export const digestOf = (decision: object): string => sha256Hex(canonicalBytes(JSON.parse(JSON.stringify(decision))));
