import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { lockDataDir } from '../storage/lock.ts';
import { type Access, createAccess } from './access/authenticate.ts';
import { readPage } from './archive/page.ts';
import { Certificates } from './certificates/certificates.ts';
import { type Config, timeUrlsOf, witnessesOf } from './config.ts';
import { type Deps, SYSTEM_CHAIN } from './deps.ts';
import { LeasedDuty, onlyProcess } from './duty.ts';
import { type DatabaseEngines, type ObjectEngines, openDatabase, openObjects } from './engines.ts';
import { readPageFiles } from './http/page-files.ts';
import { kinds } from './kinds.ts';
import { EntryIndex } from './ledger/entry-index.ts';
import { HeadMismatch, Heads } from './ledger/heads.ts';
import { KeyRing } from './ledger/keys.ts';
import { rememberKnown } from './ledger/known.ts';
import { Ledger } from './ledger/ledger.ts';
import { Sequencer } from './ledger/sequencer.ts';
import { Views } from './ledger/views.ts';
import { timestampAnchor } from './log/anchor.ts';
import { Anchors } from './log/anchors.ts';
import { Cosigning } from './log/cosigning.ts';
import { KeptKeys } from './log/kept-keys.ts';
import { LogStore } from './log/log-store.ts';
import { LogPublisher, type Published } from './log/publisher.ts';
import { WitnessClient } from './log/witness-client.ts';
import { bindMasterKey, openMasterKey } from './master-key.ts';
import { createDocumentChecks } from './media/document-checks.ts';
import { createProber } from './media/probe.ts';
import { demandHere } from './move/place.ts';
import { openPersonalTrust } from './personal/own-key.ts';
import { PersonalKeys } from './personal/personal-keys.ts';
import { policySet } from './policy/policy-set.ts';
import { openInstallationLogKey } from './seal/installation-keys.ts';
import { scratchFolder } from './seal/local-file.ts';
import { outsideTimestamper } from './seal/outside-time.ts';
import { ReadAhead } from './seal/read-ahead.ts';
import { openSm2Signers } from './seal/sm2-signers.ts';
import { Signals } from './signals.ts';
import { openWitness } from './witness/installation-witness.ts';

export interface Service {
  deps: Deps;
  access: Access;
  /** Ends appends, publishes the heads, closes the stores and frees the data folder. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  now?: () => Date;
  /** `beside`: another process may be serving the same folder; nothing is checked, caught up or locked. For small commands. */
  mode?: 'serve' | 'beside';
}

/** Builds every adapter once, on the engines of the configuration (engines.ts). */
export async function compose(config: Config, logger: Logger, options: ComposeOptions = {}): Promise<Service> {
  const { now = () => new Date(), mode = 'serve' } = options;
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const lock = mode === 'serve' ? lockDataDir(config.DATA_DIR) : undefined;
  try {
    return await build(config, logger, now, mode, () => lock?.release());
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function build(
  config: Config,
  logger: Logger,
  now: () => Date,
  mode: 'serve' | 'beside',
  release: () => void,
): Promise<Service> {
  const objects = openObjects(config, now);
  const database = await openDatabase(config, () => demandUnpublished(objects));
  const { closeDatabase, shared } = database;
  const closeStores = async () => {
    await closeDatabase();
    objects.closeObjects();
  };
  try {
    await demandHere(database.documents);
    await rememberKnown(database.documents, kinds);
    const { deps, sequencer } = await connect(database, objects, config, logger, now);
    if (mode === 'serve') {
      await objects.prepareObjects();
      await rm(scratchFolder(config), { recursive: true, force: true });
      await openLogs(deps);
      await deps.views.catchUp();
      await deps.entries.open();
      await deps.certificates.settle();
    }
    const close = async () => {
      await deps.readAhead.stop();
      await sequencer.close();
      if (mode === 'serve') {
        await deps.heads.close();
        // What cannot be published now is published after the next start.
        await deps.log.publishAll().catch((error) => logger.error({ err: error }, 'the log is not published'));
        await deps.duty.lay();
        if (!shared) for (const chain of await deps.ledgerStore.chains()) await deps.views.settle(chain);
      }
      await closeStores();
      release();
    };
    return { deps, access: createAccess(deps), close };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

/** A database that is lost is never begun anew beside the log that it published. Throws HeadMismatch. */
async function demandUnpublished({ evidence, work }: ObjectEngines): Promise<void> {
  const log = new LogStore(evidence, work);
  if ((await log.latest(SYSTEM_CHAIN)) ?? (await log.lastKept(SYSTEM_CHAIN)))
    throw new HeadMismatch(SYSTEM_CHAIN, 'the database is gone; the stores beside it hold a published log');
}

/** Compares the ledger with its signed heads and with the checkpoints in the stores, then goes on from there. Throws HeadMismatch. */
async function openLogs({ heads, log }: Deps): Promise<void> {
  const lasts = new Map<string, Published | undefined>();
  const chains = await heads.chains();
  for (const chain of new Set([SYSTEM_CHAIN, ...chains])) {
    const last = await log.last(chain);
    if (last || chains.includes(chain)) lasts.set(chain, last);
  }
  await heads.open(lasts);
  await log.open(lasts);
}

/** Ties ledger, documents, keys and heads together on one database. */
async function connect(
  { ledgerStore, documents, shared, purge }: DatabaseEngines,
  { evidence, work, uploads, locked, abilities, headStore }: ObjectEngines,
  config: Config,
  logger: Logger,
  now: () => Date,
) {
  const random = (size: number) => randomBytes(size);
  const fresh = (await ledgerStore.chains()).length === 0 && !(await documents.get('master-key', 'current'));
  const keyFile = openMasterKey(config.MASTER_KEY_FILE, config.DATA_DIR, fresh, random);
  await bindMasterKey(documents, keyFile);
  if (keyFile.besideData)
    logger.warn({ file: keyFile.path }, 'the master key lies beside the data: name another place in MASTER_KEY_FILE');
  const keys = new KeyRing(documents, keyFile.key, random);
  const making = { documents, master: keyFile.key, random, now };
  const sequencer = new Sequencer(ledgerStore, now);
  const ledger = new Ledger(ledgerStore, documents, sequencer, keys, kinds);
  ledger.onDisposed = purge;
  const key = await openInstallationLogKey(making);
  const heads = new Heads(ledgerStore, headStore, key);
  const point = (name: string) => {
    if (name === config.KILL_POINT) process.kill(process.pid, 'SIGKILL');
  };
  const kept = new KeptKeys({ ledgerStore, documents, work, master: keyFile.key.id });
  keys.onDestroy = (chain, stream, destroy) => {
    point('disposal.entered');
    return kept.forget(chain, stream, destroy);
  };
  const duty = shared ? new LeasedDuty(documents) : onlyProcess;
  const log = new LogPublisher({ ledgerStore, documents, evidence, work, key, keys: kept, point, duty, shared });
  sequencer.onFirst = (chain) => heads.begin(chain);
  sequencer.onAppended = (entries) => {
    heads.appended(entries);
    log.appended(entries);
  };
  const witnesses = witnessesOf(config).map((address) => new WitnessClient(address));
  const cosigning = new Cosigning({ witnesses, log, now, logger });
  const witness = await openWitness({ config, logger, now, random, point });
  const certificates = await Certificates.open(making, config, ledger);
  const outside = timeUrlsOf(config).length > 0 && outsideTimestamper({ config, logger, now, random });
  const timestamper = () => outside || certificates.time.timestamper;
  const anchors = new Anchors({
    ...{ log, cosigning, now },
    anchor: timestampAnchor(timestamper),
    certificates: () => certificates.time,
    periodMs: config.ANCHOR_MINUTES * 60_000,
  });
  const deps: Deps = {
    ...{
      config,
      logger,
      now,
      random,
      ledger,
      ledgerStore,
      views: new Views(ledgerStore, documents, ledger),
      entries: new EntryIndex(ledgerStore, documents),
      keys,
      heads,
      log,
      cosigning,
      anchors,
      witness,
      documents,
      certificates,
      personalKeys: new PersonalKeys(making, certificates),
      personalTrust: openPersonalTrust(config),
      evidence,
      work,
      uploads,
      duty,
      shared,
    },
    ...(locked && { locked }),
    ...(abilities && { abilities }),
    get signer() {
      return certificates.signer;
    },
    get time() {
      return certificates.time;
    },
    get timestamper() {
      return timestamper();
    },
    newId: () => randomUUIDv7(),
    sm2: openSm2Signers(config, now, random),
    readAhead: new ReadAhead(work, config),
    documentChecks: createDocumentChecks({ trustFile: config.DOCUMENT_TRUST, now, logger }),
    prober: createProber({ ffprobePath: config.FFPROBE_PATH, logger }),
    policy: policySet,
    page: await readPage(logger),
    pages: await readPageFiles(logger),
    signals: new Signals(),
    point,
  };
  return { deps, sequencer };
}
