import { readFileSync } from 'node:fs';
import {
  createAuthority,
  type Identity,
  isDue,
  issueSystemSigner,
  issueTimestamper,
  type LeafNaming,
} from '../../signing/authority.ts';
import { exactPem, readOnePem, readPem } from '../../signing/certificate.ts';
import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import { createLogKeyPem, type LogKey, openLogKey } from '../../signing/checkpoint.ts';
import { signDetached } from '../../signing/cms.ts';
import { sha256Hex } from '../../signing/digest.ts';
import { openPkcs12 } from '../../signing/pkcs12.ts';
import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { Config } from '../config.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import type { MasterKey } from '../ledger/keys.ts';
import { type InstallationTime, installationTime } from './installation-time.ts';
import type { Signer } from './signer.ts';

/** Working state that must not be lost: without it nothing new can be signed under the same names (docs/operations.md). */
export const installationDocuments: KindSpec[] = [
  { kind: 'master-key', sort: 'state', indexes: [] },
  { kind: 'installation-key', sort: 'state', indexes: [] },
];

const ROOT = 'root/';

interface Making {
  documents: DocumentStore;
  master: MasterKey;
  random: (size: number) => Uint8Array;
  now: () => Date;
}

/** The Ed25519 key under which signed heads stand; made once. */
export async function openInstallationLogKey(making: Making): Promise<LogKey> {
  const { secret } = await keep(making, 'log', () => ({ open: '', secret: createLogKeyPem(making.random) }));
  return openLogKey('tiezheng', secret);
}

/** The same for one who only reads: throws when it is not there, is damaged, or is wrapped under another master key. */
export async function readInstallationLogKey(documents: DocumentStore, master: MasterKey): Promise<LogKey> {
  const stored = await documents.get('installation-key', 'log');
  if (!stored) throw new Error('the key of signed heads is missing');
  return openLogKey('tiezheng', opened(stored, master).secret);
}

/** The signer of system integrity signatures: from outside by PKCS#12 where configured, else under the embedded authority. */
export async function openSigner(making: Making, config: Config): Promise<Signer> {
  const { now } = making;
  if (config.SIGNER_PKCS12) return signerOf(outside(config), now, await everyRoot(making, rootOf(config)));
  const root = await openRoot(making);
  const naming = leafNaming(making, config, '系统完整性签名 System Integrity');
  const leaf = await keepLeaf(making, 'signer', () => issueSystemSigner(root, naming));
  return signerOf(leaf, now, await everyRoot(making, root.certificatePem));
}

/** The installation's own time-stamping authority: always under the embedded root, self-issued, whoever signs. `caPem`: the signer's. */
export async function openInstallationTime(making: Making, config: Config, caPem: string): Promise<InstallationTime> {
  const root = await openRoot(making);
  const naming = leafNaming(making, config, '自签时间戳 Self-issued Time Stamps');
  const leaf = await keepLeaf(making, 'timestamper', () => issueTimestamper(root, naming));
  const { now, random } = making;
  return installationTime({ root, leaf, caPem, config, now, random });
}

const organization = '铁证 Tiezheng';

function openRoot(making: Making): Promise<Identity> {
  const { now, random } = making;
  const naming = { commonName: '铁证系统根证书 Tiezheng Root', organization, now: now(), random };
  return keepIdentity(making, 'authority', () => createAuthority(naming));
}

const leafNaming = ({ now, random }: Making, { PUBLIC_URL }: Config, commonName: string): LeafNaming => ({
  ...{ commonName, organization, now: now(), random },
  ...(PUBLIC_URL && { crlUrl: `${PUBLIC_URL}/api/v1/trust/ca.crl` }),
});

function signerOf(identity: Identity, now: () => Date, caPem: string): Signer {
  const { certificatePem, privateKeyPem } = identity;
  return {
    certificatePem,
    caPem,
    sign: (content, form = 'cades') =>
      Promise.resolve(signDetached({ content, certificatePem, privateKeyPem, time: now(), form })),
  };
}

const outside = (config: Config) =>
  openPkcs12(readFileSync(config.SIGNER_PKCS12 as string), config.SIGNER_PASSWORD ?? '');

/** The issuers up to a self-signed root, as exact PEM: what verifiers are given as certs/ca.pem. */
function rootOf(config: Config): string {
  if (config.SIGNER_CA) return exactPem(readFileSync(config.SIGNER_CA, 'utf8'));
  const { chainPems } = outside(config);
  if (chainPems.length === 0) throw new Error('SIGNER_PKCS12 holds no issuer: name its root in SIGNER_CA');
  return chainPems.join('');
}

/** A certificate is issued anew at the first start when so little of it is left. */
const RENEWAL_DAYS = 180;

/** A leaf and its key, renewed before it expires; what older ones signed stays verifiable, their certificates are in the signatures. */
async function keepLeaf(making: Making, name: string, issue: () => Identity): Promise<Identity> {
  const kept = await keepIdentity(making, name, issue);
  if (!isDue(kept.certificatePem, making.now(), RENEWAL_DAYS)) return kept;
  const stored = await making.documents.get('installation-key', name);
  const fresh = issue();
  if (!stored || Date.parse(validTo(fresh)) <= Date.parse(validTo(kept))) return kept;
  const body = wrapped(making, name, { open: fresh.certificatePem, secret: fresh.privateKeyPem });
  await making.documents.swap({ ...stored, version: stored.version + 1, body }, stored.version);
  return keepIdentity(making, name, issue);
}

const validTo = ({ certificatePem }: Identity) => readOnePem(certificatePem).x509.validTo;

/**
 * The root used now, and all that were used before: what was sealed under another signer is still proven. Each is kept under the
 * master key, so that who can write the database alone adds none.
 */
async function everyRoot(making: Making, current: string): Promise<string> {
  await keep(making, ROOT + sha256Hex(Buffer.from(current)), () => ({ open: '', secret: current }));
  const roots = [current];
  for await (const stored of making.documents.all('installation-key')) {
    if (stored.id.startsWith(ROOT)) roots.push(opened(stored, making.master).secret);
  }
  return [...new Set(roots.flatMap(readPem).map(({ pem }) => pem))].join('');
}

async function keepIdentity(making: Making, name: string, make: () => Identity): Promise<Identity> {
  const kept = await keep(making, name, () => {
    const { certificatePem, privateKeyPem } = make();
    return { open: certificatePem, secret: privateKeyPem };
  });
  return { certificatePem: kept.open, privateKeyPem: kept.secret };
}

/** A key that is made once and kept wrapped; of two processes that make it at once, one wins and both use it. */
async function keep(making: Making, name: string, make: () => { open: string; secret: string }) {
  const { documents, master } = making;
  const known = await documents.get('installation-key', name);
  if (!known) {
    const body = wrapped(making, name, make());
    await documents.swap({ kind: 'installation-key', id: name, chain: SYSTEM_CHAIN, version: 1, body }, undefined);
  }
  const stored = known ?? (await documents.get('installation-key', name));
  return opened(stored as Document, master);
}

function wrapped({ master }: Making, name: string, { open, secret }: { open: string; secret: string }) {
  const bytes = wrapKey(master.bytes, Buffer.from(secret), `installation/${name}`);
  return { open, wrapped: Buffer.from(bytes).toString('base64url') };
}

function opened(stored: Document, master: MasterKey): { open: string; secret: string } {
  const { open, wrapped } = stored.body as { open: string; wrapped: string };
  const secret = unwrapKey(master.bytes, Buffer.from(wrapped, 'base64url'), `installation/${stored.id}`);
  return { open, secret: Buffer.from(secret).toString('utf8') };
}
