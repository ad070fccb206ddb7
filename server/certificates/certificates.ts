import { type Identity, isDue, issuePersonal, type PersonalNaming } from '../../signing/authority.ts';
import { readOnePem } from '../../signing/certificate.ts';
import type { Actor } from '../../signing/chain.ts';
import type { Revoked } from '../../signing/revocation.ts';
import type { Config } from '../config.ts';
import { SYSTEM_CHAIN, systemActor } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  crlUrlOf,
  everyRoot,
  type LeafUse,
  leafUses,
  type Making,
  openLeaf,
  openRoot,
  renewLeaf,
} from '../seal/installation-keys.ts';
import { type InstallationTime, installationTime } from '../seal/installation-time.ts';
import { outsideSigner, signerOf } from '../seal/outside-signer.ts';
import type { BareSigner, Signer } from '../seal/signer.ts';
import { type Issuing, issue, type Revocation, revoke } from './commands.ts';
import { type CertificateEvent, type CertificateState, certificateKind } from './events.ts';

interface Parts {
  making: Making;
  config: Config;
  ledger: Ledger;
  root: Identity;
  outside: BareSigner | undefined;
  /** certs/ca.pem: the roots used now and before. */
  caPem: string;
}

/** What a person's certificate says of them. */
export type PersonNaming = Pick<PersonalNaming, 'commonName' | 'organization' | 'number'>;

type Holder = NonNullable<CertificateState['holder']>;
type Leaves = Record<LeafUse, Identity>;

/** A certificate is issued anew when so little of it is left. */
const RENEWAL_DAYS = 180;
const PERSONAL_YEARS = 3;
const actor = systemActor('certificates');

/**
 * What the installation signs and stamps with, as of now: a renewal or a revocation puts another in its place while the service runs. Whoever
 * needs parts that agree takes `signer` or `time` once. That a certificate was issued or revoked is an entry of the chain `system` first.
 */
export class Certificates {
  readonly #parts: Parts;
  #leaves: Leaves;
  #signer: Signer;
  #time: InstallationTime;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: Parts, leaves: Leaves) {
    this.#parts = parts;
    this.#leaves = leaves;
    this.#signer = this.#signerNow();
    this.#time = this.#timeNow([]);
  }

  /** Opens the keys, made when there are none. Call `settle` before anything is signed. */
  static async open(making: Making, config: Config, ledger: Ledger): Promise<Certificates> {
    const root = await openRoot(making);
    const outside = outsideSigner(config, making.now);
    const caPem = await everyRoot(making, outside?.rootPem ?? root.certificatePem);
    const leaves = {
      signer: await openLeaf(making, root, 'signer', config),
      timestamper: await openLeaf(making, root, 'timestamper', config),
    };
    return new Certificates({ making, config, ledger, root, outside: outside?.signer, caPem }, leaves);
  }

  get signer(): Signer {
    return this.#signer;
  }

  get time(): InstallationTime {
    return this.#time;
  }

  /** Enters what is not in the ledger yet, and renews what is due or was revoked. Safe to repeat. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#enter(this.#parts.root.certificatePem, { use: 'root' });
      for (const use of leafUses) {
        const leaf = this.#leaves[use];
        const entered = await this.#enter(leaf.certificatePem, { use });
        if (entered.revoked || this.#isDue(leaf)) await this.#renew(use);
      }
      await this.#show();
    });
  }

  /**
   * Revokes a certificate of the embedded authority. One that is in use is replaced first, so that nothing more is signed with it. Throws
   * NOT_FOUND, STATE_NOT_ALLOWED, VALIDATION.
   */
  revoke(serial: string, revocation: Revocation, by: Actor): Promise<CertificateState> {
    return this.#inTurn(async () => {
      const decide = (state: CertificateState | undefined): CertificateEvent[] =>
        revoke(state, revocation, this.#parts.making.now());
      const { state } = await this.#parts.ledger.load(certificateKind, SYSTEM_CHAIN, serial);
      decide(state);
      for (const use of leafUses) if (serialOf(this.#leaves[use]) === serial) await this.#renew(use);
      const done = await this.#parts.ledger.execute(certificateKind, SYSTEM_CHAIN, serial, by, decide);
      await this.#show();
      return done.state;
    });
  }

  /** A person's own key and certificate; not in the ledger yet. */
  issuePersonal(naming: PersonNaming): Identity {
    const { making, root, config } = this.#parts;
    const { now, random } = making;
    const years = PERSONAL_YEARS;
    return issuePersonal(root, { ...naming, now: now(), random, years, ...crlUrlOf(config) });
  }

  /** Enters a person's certificate, when it is not there yet. */
  enterPersonal(certificatePem: string, holder: Holder): Promise<CertificateState> {
    return this.#enter(certificatePem, { use: 'personal', holder });
  }

  /** Revokes what certificates a person has, but for one. */
  retire({ agency, personId }: Holder, except?: string): Promise<void> {
    return this.#inTurn(async () => {
      const { making, ledger } = this.#parts;
      const query = { chain: SYSTEM_CHAIN, filter: { 'holder.personId': personId, 'holder.agency': agency } };
      for (const { id } of await Array.fromAsync(everyView(making, certificateKind, query))) {
        const decide = (state: CertificateState | undefined): CertificateEvent[] =>
          state?.revoked ? [] : revoke(state, { reason: 'superseded' }, making.now());
        if (id !== except) await ledger.execute(certificateKind, SYSTEM_CHAIN, id, actor, decide);
      }
      await this.#show();
    });
  }

  #isDue(leaf: Identity): boolean {
    const { notAfter } = readOnePem(leaf.certificatePem);
    // Near the root's own end a new leaf would not be valid for longer.
    return (
      isDue(leaf.certificatePem, this.#parts.making.now(), RENEWAL_DAYS) &&
      notAfter < readOnePem(this.#parts.root.certificatePem).notAfter
    );
  }

  /** The old one signs until the new one is in the ledger. */
  async #renew(use: LeafUse): Promise<void> {
    const { making, root, config } = this.#parts;
    const leaf = await renewLeaf(making, root, use, config);
    await this.#enter(leaf.certificatePem, { use });
    this.#leaves = { ...this.#leaves, [use]: leaf };
    await this.#show();
  }

  async #enter(certificatePem: string, issuing: Issuing): Promise<CertificateState> {
    const { serial } = readOnePem(certificatePem);
    const decide = (state: CertificateState | undefined): CertificateEvent[] => issue(state, certificatePem, issuing);
    return (await this.#parts.ledger.execute(certificateKind, SYSTEM_CHAIN, serial, actor, decide)).state;
  }

  async #show(): Promise<void> {
    const query = { chain: SYSTEM_CHAIN, filter: { 'revoked.at': { $gte: '' } } };
    const states = await Array.fromAsync(everyView(this.#parts.making, certificateKind, query));
    this.#signer = this.#signerNow();
    this.#time = this.#timeNow(states.flatMap(revokedOf));
  }

  #signerNow(): Signer {
    const { outside, making, caPem } = this.#parts;
    return { ...(outside ?? signerOf(this.#leaves.signer, making.now)), caPem };
  }

  #timeNow(revoked: readonly Revoked[]): InstallationTime {
    const { making, root, caPem, config } = this.#parts;
    const { now, random } = making;
    return installationTime({ root, leaf: this.#leaves.timestamper, caPem, revoked, config, now, random });
  }

  /** One change at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

const serialOf = ({ certificatePem }: Identity): string => readOnePem(certificatePem).serial;

function revokedOf({ id, revoked }: CertificateState): Revoked[] {
  if (!revoked) return [];
  const { at, reason, since } = revoked;
  return [{ serial: id, at: new Date(at), reason, ...(since !== undefined && { since: new Date(since) }) }];
}
