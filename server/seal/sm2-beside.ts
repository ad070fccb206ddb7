import { readPem } from '../../signing/certificate.ts';
import type { Deps } from '../deps.ts';
import type { Sm2Signer } from './sm2-signers.ts';

/**
 * The agency's SM2 signature over bytes that the system signs too. Undefined when the agency has no certificate, or cannot sign now: that is logged, and
 * the system's signature stands without it.
 */
export async function signBeside(
  { sm2, logger }: Deps,
  chain: string,
  content: Uint8Array,
): Promise<{ signature: Uint8Array; signer: Sm2Signer } | undefined> {
  const signer = sm2.get(chain);
  if (!signer) return undefined;
  try {
    return { signature: await signer.sign(content), signer };
  } catch (error) {
    logger.error({ err: error, agency: chain }, 'the SM2 signer of the agency cannot be used');
    return undefined;
  }
}

/** Parts certificates with their issuers after them into certs/sm2.pem and certs/sm2-ca.pem, each certificate once. */
export function partCertificates(chains: readonly string[]): { signers: string; issuers: string } {
  const read = chains.map((chain) => readPem(chain).map(({ pem }) => pem));
  return {
    signers: [...new Set(read.flatMap(([signer = '']) => signer))].join(''),
    issuers: [...new Set(read.flatMap(([_signer, ...issuers]) => issuers))].join(''),
  };
}
