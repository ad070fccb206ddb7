import { createAuthority, type Identity, issueSystemSigner, issueTimestamper } from '../../signing/authority.ts';
import { readPem } from '../../signing/certificate.ts';
import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import { createLogKeyPem, type LogKey, openLogKey } from '../../signing/checkpoint.ts';
import { sha256Hex } from '../../signing/digest.ts';
import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { Config } from '../config.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import type { MasterKey } from '../ledger/keys.ts';

/** Working state that must not be lost: without it nothing new can be signed under the same names (docs/operations.md). */
export const installationDocuments: KindSpec[] = [
  { kind: 'master-key', sort: 'state', indexes: [] },
  { kind: 'installation-key', sort: 'state', indexes: [] },
];

const ROOT = 'root/';

export interface Making {
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
  return logKeyOf(stored, master);
}

/** The same of its document. Throws ProofError `KEY_CLOSED` under another master key. */
export const logKeyOf = (stored: Document, master: MasterKey): LogKey =>
  openLogKey('tiezheng', opened(stored, master).secret);

/** The root of the embedded authority; made once. */
export function openRoot(making: Making): Promise<Identity> {
  const { now, random } = making;
  const naming = { commonName: '铁证系统根证书 Tiezheng Root', organization: ORGANIZATION, now: now(), random };
  return keepIdentity(making, 'authority', () => createAuthority(naming));
}

/** The leaves that the installation itself holds. */
export const leafUses = ['signer', 'timestamper'] as const;
export type LeafUse = (typeof leafUses)[number];

const LEAVES = {
  signer: { commonName: '系统完整性签名 System Integrity', issue: issueSystemSigner },
  timestamper: { commonName: '自签时间戳 Self-issued Time Stamps', issue: issueTimestamper },
} as const;

/** A leaf under the root; made once. */
export const openLeaf = (making: Making, root: Identity, use: LeafUse, config: Config): Promise<Identity> =>
  keepIdentity(making, use, () => issueLeaf(making, root, use, config));

/** A new key and certificate in the place of the one before, whose private key is then gone. */
export async function renewLeaf(making: Making, root: Identity, use: LeafUse, config: Config): Promise<Identity> {
  const stored = await making.documents.get('installation-key', use);
  if (stored) {
    const { certificatePem, privateKeyPem } = issueLeaf(making, root, use, config);
    const body = wrapped(making, use, { open: certificatePem, secret: privateKeyPem });
    await making.documents.swap({ ...stored, version: stored.version + 1, body }, stored.version);
  }
  return await openLeaf(making, root, use, config);
}

const ORGANIZATION = '铁证 Tiezheng';

function issueLeaf({ now, random }: Making, root: Identity, use: LeafUse, config: Config): Identity {
  const { commonName, issue } = LEAVES[use];
  return issue(root, { commonName, organization: ORGANIZATION, now: now(), random, ...crlUrlOf(config) });
}

/** Where the embedded root's revocation list can be had, when the installation has a public address. */
export const crlUrlOf = ({ PUBLIC_URL }: Config) =>
  PUBLIC_URL === undefined ? {} : { crlUrl: `${PUBLIC_URL}/api/v1/trust/ca.crl` };

/**
 * The root used now, and all that were used before: what was sealed under another signer is still proven. Each is kept under the
 * master key, so that who can write the database alone adds none.
 */
export async function everyRoot(making: Making, current: string): Promise<string> {
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
