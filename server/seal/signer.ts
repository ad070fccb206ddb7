import type { SignatureForm } from '../../signing/cms.ts';

/** Makes system integrity signatures (系统完整性签名): CAdES-B, detached. Never an e-seal in the sense of 电子印章管理办法 art. 2. */
export interface Signer {
  /** DER of the CMS over the exact bytes. Throws SIGNER_UNAVAILABLE when the key cannot be used now. */
  sign(content: Uint8Array, form?: SignatureForm): Promise<Uint8Array>;
  certificatePem: string;
  /** The roots that a verifier trusts: that of the signer, and those of signers before. */
  caPem: string;
}

/** A signer without what verifiers need beside it. */
export type BareSigner = Omit<Signer, 'caPem'>;
