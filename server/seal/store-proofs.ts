import { Readable } from 'node:stream';
import { sha256Hex } from '../../signing/digest.ts';
import {
  certificatesKey,
  dockingKey,
  manifestKey,
  signatureKey,
  sm2Key,
  timestampKey,
} from '../../storage/objects/layout.ts';
import type { Deps } from '../deps.ts';
import type { Sm2Signer } from './sm2-signers.ts';
import type { Timed } from './timestamper.ts';

/** Where they are put: of a record, the store that keeps as long as it is kept (keeping.ts). */
type Store = Pick<Deps, 'evidence'>;

/** Each under its own digest, write-once; resolves to what an entry names it by. */
async function put(deps: Store, keyOf: typeof manifestKey, chain: string, bytes: Uint8Array) {
  const sha256 = sha256Hex(bytes);
  await deps.evidence.put(keyOf(chain, sha256), Readable.from([bytes]));
  return { sha256, size: bytes.length };
}

export const storeManifest = (deps: Store, chain: string, bytes: Uint8Array) => put(deps, manifestKey, chain, bytes);

export const storeSignature = (deps: Store, chain: string, bytes: Uint8Array) => put(deps, signatureKey, chain, bytes);

/** What docks are given and tell: docs/formats/{erase-permit,dock-day}.md. */
export const storeDocking = (deps: Store, chain: string, bytes: Uint8Array) => put(deps, dockingKey, chain, bytes);

/** An SM2 signature, and the certificate that it is verified under with its issuers after it: a bare signature names nobody. */
export async function storeSm2(
  deps: Store,
  chain: string,
  signature: Uint8Array,
  { certificatePem, caPem }: Sm2Signer,
) {
  const certificates = await put(deps, certificatesKey, chain, Buffer.from(certificatePem + caPem));
  return { ...(await put(deps, sm2Key, chain, signature)), certificates };
}

/** CAdES-T and the `.tsr` beside it. */
export async function storeTimed(deps: Store, chain: string, { signature, tsr, at, selfIssued }: Timed) {
  const timestamp = { ...(await put(deps, timestampKey, chain, tsr)), at, selfIssued };
  return { signature: await storeSignature(deps, chain, signature), timestamp };
}
