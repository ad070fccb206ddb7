import { readFileSync } from 'node:fs';
import type { Identity } from '../../signing/authority.ts';
import { exactPem } from '../../signing/certificate.ts';
import { signDetached } from '../../signing/cms.ts';
import { openPkcs12 } from '../../signing/pkcs12.ts';
import type { Config } from '../config.ts';
import type { Signer } from './signer.ts';

/** A signer without what verifiers need beside it. */
export type BareSigner = Omit<Signer, 'caPem'>;

/** Signs with a key that is in memory. */
export function signerOf({ certificatePem, privateKeyPem }: Identity, now: () => Date): BareSigner {
  return {
    certificatePem,
    sign: (content, form = 'cades') =>
      Promise.resolve(signDetached({ content, certificatePem, privateKeyPem, time: now(), form })),
  };
}

/** The signer from outside that the settings name, and its root, exact PEM; undefined when there is none. */
export function outsideSigner(config: Config, now: () => Date): { signer: BareSigner; rootPem: string } | undefined {
  const { SIGNER_PKCS12, SIGNER_PASSWORD, SIGNER_CA } = config;
  if (!SIGNER_PKCS12) return undefined;
  const identity = openPkcs12(readFileSync(SIGNER_PKCS12), SIGNER_PASSWORD ?? '');
  const rootPem = SIGNER_CA ? exactPem(readFileSync(SIGNER_CA, 'utf8')) : identity.chainPems.join('');
  if (rootPem === '') throw new Error('SIGNER_PKCS12 holds no issuer: name its root in SIGNER_CA');
  return { signer: signerOf(identity, now), rootPem };
}
