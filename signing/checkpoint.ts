import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { RandomSource } from './entry-key.ts';
import { ProofError } from './proof-error.ts';

/**
 * Checkpoints of C2SP tlog-checkpoint: the note body `origin\nsize\nbase64(root)\n`, signed with Ed25519 as C2SP signed-note
 * says (type 0x01). One installation has one key; each chain's log is named `<key name>/<chain>`, and that is both
 * the origin and the name on the signature line.
 */
export interface LogKey {
  name: string;
  privateKey: KeyObject;
  /** The public half as a verifier key for `name`; chainVerifier makes a chain's of it. */
  verifier: string;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

const ED25519 = 0x01;
// RFC 8410 section 7: everything before the 32 bytes of the seed, and of the public key.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A new Ed25519 key, PKCS#8 PEM. */
export function createLogKeyPem(random: RandomSource): string {
  const der = Buffer.concat([PKCS8_PREFIX, random(32)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

/** Reads a PKCS#8 PEM. Throws ProofError `LOG_KEY` when it is not Ed25519 or the name cannot stand in a note. */
export function openLogKey(name: string, pem: string): LogKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new ProofError('LOG_KEY', 'not an Ed25519 key');
  if (!isName(name)) throw new ProofError('LOG_KEY', 'a key name has neither spaces nor plus signs');
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { name, privateKey, verifier: verifierOf(name, spki.subarray(SPKI_PREFIX.length)) };
}

/** The verifier key of one chain's log: what goes into a package as ledger/log.vkey and what outside tools take. */
export function chainVerifier(verifier: string, chain: string): string {
  const { name, publicKey } = readVerifier(verifier);
  return verifierOf(originOf(name, chain), publicKey);
}

/** Signs a chain's size and RFC 6962 root (32 bytes). */
export function signCheckpoint(key: LogKey, chain: string, size: number, root: Uint8Array): string {
  const origin = originOf(key.name, chain);
  if (!Number.isSafeInteger(size) || size < 0 || root.length !== 32)
    throw new ProofError('CHECKPOINT_INVALID', 'no tree');
  const body = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const { publicKey } = readVerifier(key.verifier);
  const signature = sign(null, Buffer.from(body), key.privateKey);
  return `${body}\n— ${origin} ${Buffer.concat([keyId(origin, publicKey), signature]).toString('base64')}\n`;
}

/** Reads a checkpoint of `chain` signed by the installation whose verifier key this is. Throws as verifyCheckpoint does. */
export function openCheckpoint(note: string, verifier: string, chain: string): Checkpoint {
  return verifyCheckpoint(note, chainVerifier(verifier, chain));
}

/**
 * Reads a checkpoint under its log's own verifier key: one signature, no extension lines, the key's name is the origin.
 * Throws ProofError `CHECKPOINT_INVALID`, `CHECKPOINT_SIGNATURE` or `VERIFIER_KEY`.
 */
export function verifyCheckpoint(note: string, verifier: string): Checkpoint {
  const { name, publicKey } = readVerifier(verifier);
  const found = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\n— (\S+) ([A-Za-z0-9+/]{91}=)\n$/.exec(note);
  const [, origin = '', sizeText = '', rootText = '', signer = '', signatureText = ''] = found ?? [];
  const size = Number(sizeText);
  const root = canonicalBase64(rootText);
  const signed = canonicalBase64(signatureText);
  if (!found || !root || !signed || !Number.isSafeInteger(size))
    throw new ProofError('CHECKPOINT_INVALID', 'not a checkpoint');
  if (origin !== name || signer !== name)
    throw new ProofError('CHECKPOINT_SIGNATURE', `signed for ${origin}, not ${name}`);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  const body = Buffer.from(`${origin}\n${sizeText}\n${rootText}\n`);
  const holds = Buffer.compare(signed.subarray(0, 4), keyId(name, publicKey)) === 0;
  if (!holds || !verify(null, body, key, signed.subarray(4))) {
    throw new ProofError('CHECKPOINT_SIGNATURE', 'the signature does not hold');
  }
  return { origin, size, root };
}

function originOf(name: string, chain: string): string {
  const origin = `${name}/${chain}`;
  if (!isName(origin)) throw new ProofError('CHECKPOINT_INVALID', 'a log name has neither spaces nor plus signs');
  return origin;
}

const isName = (name: string) => /^[\x21-\x2a\x2c-\x7e]+$/.test(name);

/** C2SP signed-note: the first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
function keyId(name: string, publicKey: Uint8Array): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, 4);
}

function verifierOf(name: string, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64');
  return `${name}+${keyId(name, publicKey).toString('hex')}+${typed}`;
}

function readVerifier(verifier: string): { name: string; publicKey: Uint8Array } {
  const [, name = '', id, typed = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(verifier) ?? [];
  const bytes = canonicalBase64(typed);
  const publicKey = bytes?.subarray(1) ?? Buffer.alloc(0);
  if (bytes?.length !== 33 || bytes[0] !== ED25519 || !isName(name) || keyId(name, publicKey).toString('hex') !== id) {
    throw new ProofError('VERIFIER_KEY', 'not an Ed25519 verifier key');
  }
  return { name, publicKey };
}

function canonicalBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}
