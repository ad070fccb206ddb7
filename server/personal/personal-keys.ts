import { isDeepStrictEqual } from 'node:util';
import { type Identity, isDue } from '../../signing/authority.ts';
import { readOnePem } from '../../signing/certificate.ts';
import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import { ProofError } from '../../signing/proof-error.ts';
import type { KindSpec } from '../../storage/documents/document-store.ts';
import { Turns } from '../access/gate.ts';
import { type Derivation, derivation, deriveKey } from '../access/password.ts';
import type { Certificates, PersonNaming } from '../certificates/certificates.ts';
import type { Making } from '../seal/installation-keys.ts';

/** Working state: the signing key of a person, wrapped under their password and then under the master key. Lost, it is made anew. */
export const personalDocuments: KindSpec[] = [{ kind: 'personal-key', sort: 'state', indexes: [] }];

export interface Holder {
  agency: string;
  personId: string;
}

/** A password that was proven, and the version of the stream `account/<person>` that set it. */
export interface Proven {
  password: string;
  basis: number;
}

interface PersonalKeyState {
  certificate: string;
  naming: PersonNaming;
  derivation: Derivation;
  basis: number;
  wrapped: string;
}

/** A new certificate is made when so little is left of one. */
const RENEWAL_DAYS = 30;

/**
 * Signing keys of people. Only password and master key together open one, so that nobody but the person signs (电子签名法 art. 13); a
 * password that somebody else set ends the key and its certificate.
 */
export class PersonalKeys {
  readonly #making: Making;
  readonly #certificates: Certificates;
  readonly #turns = new Turns(20);

  constructor(making: Making, certificates: Certificates) {
    this.#making = making;
    this.#certificates = certificates;
  }

  /** The person's key and certificate; made when there is none that is good, which ends the ones before. */
  unlock(holder: Holder, naming: PersonNaming, proven: Proven): Promise<Identity> {
    return this.#turns.take(holder.personId, async () => {
      const known = await this.#state(holder.personId);
      const privateKeyPem =
        known && isDeepStrictEqual(known.naming, naming) && (await open(this.#making, holder, known, proven.password));
      if (privateKeyPem) {
        const { certificate: certificatePem } = known;
        const { revoked } = await this.#certificates.enterPersonal(certificatePem, holder);
        if (!revoked && !isDue(certificatePem, this.#making.now(), RENEWAL_DAYS))
          return { certificatePem, privateKeyPem };
      }
      return await this.#make(holder, naming, proven);
    });
  }

  /** Takes the key over to the person's next password. */
  rewrap(holder: Holder, current: string, next: Proven): Promise<void> {
    return this.#turns.take(holder.personId, async () => {
      const known = await this.#state(holder.personId);
      const privateKeyPem = known && (await open(this.#making, holder, known, current));
      if (privateKeyPem)
        await this.#save(holder, known.naming, { certificatePem: known.certificate, privateKeyPem }, next);
    });
  }

  /** Ends a key that was wrapped under an older password than the one that entry `basis` set. Safe to repeat. */
  drop(holder: Holder, basis: number): Promise<void> {
    return this.#turns.take(holder.personId, async () => {
      const known = await this.#state(holder.personId);
      if (known && known.basis >= basis) return;
      await this.#certificates.retire(holder);
      await this.#making.documents.delete('personal-key', [holder.personId]);
    });
  }

  /** Durable, then entered, then used. */
  async #make(holder: Holder, naming: PersonNaming, proven: Proven): Promise<Identity> {
    const identity = this.#certificates.issuePersonal(naming);
    await this.#save(holder, naming, identity, proven);
    await this.#certificates.enterPersonal(identity.certificatePem, holder);
    await this.#certificates.retire(holder, readOnePem(identity.certificatePem).serial);
    return identity;
  }

  async #save({ agency, personId }: Holder, naming: PersonNaming, identity: Identity, { password, basis }: Proven) {
    const { documents, master, random } = this.#making;
    const how = derivation(random);
    const inner = wrapKey(
      await deriveKey(password, how),
      Buffer.from(identity.privateKeyPem),
      nameOf(personId),
      random,
    );
    const wrapped = Buffer.from(wrapKey(master.bytes, inner, nameOf(personId), random)).toString('base64url');
    const body = {
      certificate: identity.certificatePem,
      naming: { ...naming },
      derivation: { ...how },
      basis,
      wrapped,
    };
    const version = ((await documents.get('personal-key', personId))?.version ?? 0) + 1;
    await documents.save([{ kind: 'personal-key', id: personId, chain: agency, version, body }]);
  }

  async #state(personId: string): Promise<PersonalKeyState | undefined> {
    return (await this.#making.documents.get('personal-key', personId))?.body as PersonalKeyState | undefined;
  }
}

/** Bound into both wrappings; `rewrap` (the master key's) knows it too. */
const nameOf = (personId: string) => `personal/${personId}`;

/** The private key, PEM; undefined when it was wrapped under another password: a crash came between setting one and taking the key over. */
async function open({ master }: Making, { personId }: Holder, known: PersonalKeyState, password: string) {
  const inner = unwrapKey(master.bytes, Buffer.from(known.wrapped, 'base64url'), nameOf(personId));
  const key = await deriveKey(password, known.derivation);
  try {
    return Buffer.from(unwrapKey(key, inner, nameOf(personId))).toString('utf8');
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}
