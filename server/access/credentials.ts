import type { Deps } from '../deps.ts';
import { hashPassword, type PasswordHash } from './password.ts';

/** Working state `credential`, one a person: the hash of the password and how it came to be. Apart from the person by design. */
export interface CredentialState {
  hash: PasswordHash;
  /** Version of the stream `account/<person>` that set it: an older one never replaces a newer one. */
  basis: number;
  mustChange: boolean;
}

export const credentialDocuments = { kind: 'credential', sort: 'state' as const, indexes: [] };

type Parts = Pick<Deps, 'documents' | 'keys' | 'random'>;

export async function credentialOf({ documents }: Pick<Deps, 'documents'>, personId: string) {
  return (await documents.get('credential', personId))?.body as unknown as CredentialState | undefined;
}

/** Puts a password in force, as set by the entry `basis` of the account's stream. Safe to repeat. */
export async function setCredential(
  parts: Parts,
  chain: string,
  personId: string,
  password: string,
  { basis, mustChange }: Pick<CredentialState, 'basis' | 'mustChange'>,
): Promise<void> {
  const { documents, random } = parts;
  for (;;) {
    const known = await documents.get('credential', personId);
    if (known && (known.body as unknown as CredentialState).basis >= basis) return;
    const hash = await hashPassword(password, random);
    const body = { hash: { ...hash }, basis, mustChange };
    const document = { kind: 'credential', id: personId, chain, version: (known?.version ?? 0) + 1, body };
    if (await documents.swap(document, known?.version)) return;
  }
}

/** The one-time password that an entry of the account's stream stands for: 120 bits, the same for a repeated request. */
export const oneTimePassword = async ({ keys }: Pick<Deps, 'keys'>, chain: string, personId: string, version: number) =>
  (await keys.secret(chain, `account/${personId}`, version)).slice(0, 20);
