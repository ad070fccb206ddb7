import type { Logger } from 'pino';
import type { DocumentStore } from '../storage/documents/document-store.ts';
import type { LedgerStore } from '../storage/ledger/ledger-store.ts';
import type { LockedEvidenceStore } from '../storage/objects/locked-evidence.ts';
import type { EvidenceStore, LocalFiles, ObjectStore, UploadStore } from '../storage/objects/object-store.ts';
import type { Abilities } from '../storage/objects/s3-probe.ts';
import type { Certificates } from './certificates/certificates.ts';
import type { Config } from './config.ts';
import type { Duty } from './duty.ts';
import type { PageFiles } from './http/page-files.ts';
import type { EntryIndex } from './ledger/entry-index.ts';
import type { Heads } from './ledger/heads.ts';
import type { KeyRing } from './ledger/keys.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Views } from './ledger/views.ts';
import type { Anchors } from './log/anchors.ts';
import type { Cosigning } from './log/cosigning.ts';
import type { LogPublisher } from './log/publisher.ts';
import type { DocumentChecks } from './media/document-checks.ts';
import type { Prober } from './media/probe.ts';
import type { PersonalTrust } from './personal/own-key.ts';
import type { PersonalKeys } from './personal/personal-keys.ts';
import type { PolicySet } from './policy/policy-set.ts';
import type { InstallationTime } from './seal/installation-time.ts';
import type { ReadAhead } from './seal/read-ahead.ts';
import type { Signer } from './seal/signer.ts';
import type { Sm2Signers } from './seal/sm2-signers.ts';
import type { Timestamper } from './seal/timestamper.ts';
import type { Signals } from './signals.ts';
import type { Witness } from './witness/witness.ts';

/** What the rooms are given: built once in compose.ts. */
export interface Deps {
  config: Config;
  logger: Logger;
  now: () => Date;
  random: (size: number) => Uint8Array;
  /** UUIDv7 (RFC 9562): unique across installations, ordered by time of making. */
  newId: () => string;
  ledger: Ledger;
  ledgerStore: LedgerStore;
  views: Views;
  /** The ledger's entries by who, what and of what. */
  entries: EntryIndex;
  keys: KeyRing;
  heads: Heads;
  log: LogPublisher;
  cosigning: Cosigning;
  anchors: Anchors;
  /** Witness of others' logs, where it is configured as one. */
  witness: Witness | undefined;
  documents: DocumentStore;
  evidence: EvidenceStore & Partial<LocalFiles>;
  work: ObjectStore & Partial<LocalFiles>;
  uploads: UploadStore;
  /** The evidence store again, where it locks what it holds. */
  locked?: LockedEvidenceStore;
  /** What the evidence bucket was found to do at the start. */
  abilities?: () => Abilities | undefined;
  certificates: Certificates;
  personalKeys: PersonalKeys;
  personalTrust: PersonalTrust;
  /** The one of now; whoever needs parts of it that agree takes it once. */
  readonly signer: Signer;
  /** The one that seals and packages are stamped by: outside where configured, else our own. */
  readonly timestamper: Timestamper;
  readonly time: InstallationTime;
  /** What agencies sign with beside the system. */
  sm2: Sm2Signers;
  readAhead: ReadAhead;
  prober: Prober;
  documentChecks: DocumentChecks;
  policy: PolicySet;
  /** verify.html, which goes into every package; undefined when it was not built. */
  page: Uint8Array | undefined;
  /** The pages of the service; undefined when they were not built. */
  pages: PageFiles | undefined;
  signals: Signals;
  /** What one process of several is enough for is done by whoever has it. */
  duty: Duty;
  /** Other processes may be working on the same data. */
  shared: boolean;
  /** A named point that fault tests kill the process at; does nothing otherwise. */
  point: (name: string) => void;
}

/** Facts of the installation (agencies, keys) have a chain of their own. */
export const SYSTEM_CHAIN = 'system';

/** The system itself as an actor: reconcilers, expiry, policy. */
export const systemActor = (part: string) => ({ id: part, role: 'system', via: 'system' as const });
