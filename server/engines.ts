import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentStore } from '../storage/documents/document-store.ts';
import { MongoDocumentStore } from '../storage/documents/mongo.ts';
import { SqliteDocumentStore } from '../storage/documents/sqlite.ts';
import type { LedgerStore } from '../storage/ledger/ledger-store.ts';
import { MongoLedgerStore } from '../storage/ledger/mongo.ts';
import { SqliteLedgerStore } from '../storage/ledger/sqlite.ts';
import { openMongo } from '../storage/mongo/database.ts';
import { type Disposer, folderDisposer } from '../storage/objects/disposer.ts';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../storage/objects/filesystem.ts';
import { FilesystemUploadStore } from '../storage/objects/filesystem-uploads.ts';
import { LockedEvidenceStore, type LockTerms } from '../storage/objects/locked-evidence.ts';
import type { EvidenceStore, LocalFiles, ObjectStore, UploadStore } from '../storage/objects/object-store.ts';
import { S3EvidenceStore, S3WorkStore } from '../storage/objects/s3.ts';
import { parseS3Url, type S3Address, s3Client } from '../storage/objects/s3-address.ts';
import { S3Bucket } from '../storage/objects/s3-bucket.ts';
import { s3Disposer } from '../storage/objects/s3-disposer.ts';
import { type Abilities, isMadeForLocks, probeAbilities } from '../storage/objects/s3-probe.ts';
import { S3UploadStore } from '../storage/objects/s3-uploads.ts';
import { DATABASE_FILE, SqliteDatabase } from '../storage/sqlite/client.ts';
import { type Config, ConfigFaults } from './config.ts';
import { documentKinds } from './documents.ts';
import { headFiles } from './ledger/head-files.ts';
import { headObjects } from './ledger/head-objects.ts';
import type { HeadStore } from './ledger/heads.ts';

export interface ObjectEngines {
  evidence: EvidenceStore & Partial<LocalFiles>;
  work: ObjectStore & Partial<LocalFiles>;
  uploads: UploadStore;
  /** What there is of an upload that is not whole can be read from the work store. */
  readableUploads: boolean;
  /** The evidence store again, where it locks what it holds. */
  locked?: LockedEvidenceStore;
  /** What the evidence bucket was found to do, once that was tried. */
  abilities?: () => Abilities | undefined;
  /** For one who only reads: whether evidence should be under locks is found out without a probe. */
  recogniseLocks(): Promise<void>;
  /** Signed heads rest beside the objects, outside the database. */
  headStore: HeadStore;
  /** To be called once by the process that serves. */
  prepareObjects(): Promise<void>;
  closeObjects(): void;
}

export interface DatabaseEngines {
  ledgerStore: LedgerStore;
  documents: DocumentStore;
  /** Other processes may write to the same database. */
  shared: boolean;
  /** Takes what was deleted off the disk, where that is in our hands. */
  purge(): Promise<void>;
  /** The lines of the engine's own check: `ok`, or its faults. */
  integrity(): Promise<string[]>;
  closeDatabase(): Promise<void>;
}

/** The object stores that OBJECTS_URL names. The only file that knows which engine stands behind a port. */
export function openObjects(config: Config, now: () => Date): ObjectEngines {
  const { OBJECTS_URL, OBJECT_LOCK, DATA_DIR } = config;
  if (OBJECTS_URL?.startsWith('s3:')) return s3Objects(OBJECTS_URL, config, now);
  if (OBJECT_LOCK === 'required') throw new ConfigFaults(['OBJECT_LOCK: folders keep no locks; set OBJECTS_URL']);
  const workDir = join(DATA_DIR, 'work');
  const evidence = new FilesystemEvidenceStore(join(DATA_DIR, 'evidence'));
  const work = new FilesystemWorkStore(workDir);
  return {
    evidence,
    work,
    uploads: new FilesystemUploadStore(workDir),
    readableUploads: true,
    headStore: headFiles(join(DATA_DIR, 'heads')),
    prepareObjects: async () => {
      await Promise.all([work.prepare(), evidence.prepare()]);
    },
    recogniseLocks: async () => {},
    closeObjects: () => {},
  };
}

function s3Objects(url: string, config: Config, now: () => Date): ObjectEngines {
  const address = parseS3Url(url);
  const client = s3Client(address);
  const evidence = new S3Bucket(client, address.evidence);
  let abilities: Abilities | undefined;
  let recognised = false;
  const terms: LockTerms = {
    mode: config.OBJECT_LOCK_MODE,
    days: config.OBJECT_LOCK_DAYS,
    now,
    able: () =>
      config.OBJECT_LOCK === 'required' || (config.OBJECT_LOCK === 'auto' && (abilities?.retention ?? recognised)),
  };
  const keeper = config.OBJECT_LOCK_KEEPER ? s3Client(byKey(address, config.OBJECT_LOCK_KEEPER)) : client;
  const conditions = () => abilities?.conditions ?? false;
  const locked = new LockedEvidenceStore(new S3EvidenceStore(evidence, conditions, keeper), terms);
  const bucket = new S3Bucket(client, address.work);
  const work = new S3WorkStore(bucket);
  return {
    evidence: locked,
    locked,
    abilities: () => abilities,
    work,
    uploads: new S3UploadStore(bucket),
    readableUploads: false,
    headStore: headObjects(work),
    prepareObjects: async () => {
      abilities = await probeAbilities(evidence, now());
      if (!abilities.versions)
        throw new ConfigFaults([`OBJECTS_URL: the bucket ${address.evidence} keeps no versions`]);
      if (config.OBJECT_LOCK === 'required' && !abilities.retention)
        throw new ConfigFaults([`OBJECT_LOCK: the bucket ${address.evidence} does not keep locks`]);
    },
    recogniseLocks: async () => {
      recognised = await isMadeForLocks(evidence);
    },
    closeObjects: () => {
      client.destroy();
      keeper.destroy();
    },
  };
}

/** Whoever deletes evidence there: by credentials of its own, in a bucket by those of the AWS variables where none are set. Never by the service's. */
export function openDisposer({ OBJECTS_URL, OBJECTS_DISPOSAL, DATA_DIR }: Config, now: () => Date): Disposer {
  if (!OBJECTS_URL?.startsWith('s3:')) return folderDisposer(new FilesystemEvidenceStore(join(DATA_DIR, 'evidence')));
  const address = parseS3Url(OBJECTS_URL);
  return s3Disposer(OBJECTS_DISPOSAL ? byKey(address, OBJECTS_DISPOSAL) : { ...address, credentials: undefined }, now);
}

/** The same server by credentials of its own, `key:secret`. */
function byKey(address: S3Address, credentials: string): S3Address {
  const [accessKeyId = '', ...secret] = credentials.split(':');
  return { ...address, credentials: { accessKeyId, secretAccessKey: secret.join(':') } };
}

/** The database that DATABASE_URL names. `onNew` is called, and may refuse, before one that holds nothing yet is begun. */
export function openDatabase(config: Config, onNew: () => Promise<void>): Promise<DatabaseEngines> {
  return isServer(config) ? openServer(config.DATABASE_URL, false, onNew) : openFile(config.DATA_DIR, false, onNew);
}

/** The same for one who only reads: nothing is made or changed. A file is one snapshot beside a live service, a server is not. */
export function readDatabase(config: Config): Promise<DatabaseEngines> {
  return isServer(config) ? openServer(config.DATABASE_URL, true) : openFile(config.DATA_DIR, true);
}

/** Where the database is, for people. */
export const databaseName = (config: Config) => (isServer(config) ? 'database server' : `database ${DATABASE_FILE}`);

const isServer = (config: Config): config is Config & { DATABASE_URL: string } =>
  config.DATABASE_URL?.startsWith('mongodb') ?? false;

async function openFile(dir: string, readOnly: boolean, onNew?: () => Promise<void>): Promise<DatabaseEngines> {
  if (!existsSync(join(dir, DATABASE_FILE))) await onNew?.();
  const database = await SqliteDatabase.open(dir, { readOnly });
  try {
    return {
      ledgerStore: new SqliteLedgerStore(database),
      documents: await SqliteDocumentStore.open(database, documentKinds),
      shared: false,
      purge: async () => {
        await database.purge();
      },
      integrity: () => database.integrity(),
      closeDatabase: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openServer(url: string, readOnly: boolean, onNew?: () => Promise<void>): Promise<DatabaseEngines> {
  const connection = await openMongo(url, { readOnly });
  try {
    const ledgerStore = await MongoLedgerStore.open(connection, { readOnly });
    if ((await ledgerStore.chains()).length === 0) await onNew?.();
    return {
      ledgerStore,
      documents: await MongoDocumentStore.open(connection, documentKinds, { readOnly }),
      shared: true,
      purge: async () => {},
      integrity: async () => ['ok'],
      closeDatabase: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
