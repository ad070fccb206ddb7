import { readFileSync } from 'node:fs';
import { type ReadCertificate, readPem } from '../../signing/certificate.ts';
import { verifyForeign } from '../../signing/foreign-cms.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { demandSm2 } from '../../signing/sm2.ts';
import { demandSm2Trusted, readOneSm2Pem, type Sm2Certificate, withPoint } from '../../signing/sm2-certificate.ts';
import { type Config, ConfigFaults } from '../config.ts';

/** The authorities outside this system whose certificates people sign with (电子签名法 art. 16: licensed ones). */
export interface PersonalTrust {
  /** PEM; undefined when there are none. */
  common: string | undefined;
  sm2: readonly Sm2Certificate[];
}

/** Reads PERSONAL_CA. Throws ConfigFaults. */
export function openPersonalTrust({ PERSONAL_CA }: Config): PersonalTrust {
  if (!PERSONAL_CA) return { common: undefined, sm2: [] };
  try {
    const all = readPem(readFileSync(PERSONAL_CA, 'utf8'));
    const sm2 = all.flatMap(asSm2);
    const common = all.filter(({ der }) => !sm2.some((each) => each.der === der));
    return { sm2, common: common.length > 0 ? common.map(({ pem }) => pem).join('') : undefined };
  } catch (error) {
    throw new ConfigFaults([`PERSONAL_CA: ${(error as Error).message}`]);
  }
}

function asSm2(certificate: ReadCertificate): Sm2Certificate[] {
  try {
    return [withPoint(certificate)];
  } catch (error) {
    if (error instanceof ProofError) return [];
    throw error;
  }
}

/** Bytes that a person signed with a key of their own. */
export type OwnSignature = { cms: Uint8Array } | { sm2: Uint8Array; certificate: string };

/**
 * Demands that it is of this statement, and of a certificate for this name under an outside authority, valid now. Whether that authority has revoked it
 * is not asked. Returns the certificate. Throws ProofError.
 */
export function demandOwn(
  given: OwnSignature,
  statement: Uint8Array,
  { trust, name, now }: { trust: PersonalTrust; name: string; now: Date },
): ReadCertificate {
  const signer = 'cms' in given ? ofCms(given.cms, statement, trust, now) : ofSm2(given, statement, trust, now);
  const called = /(?:^|, )CN=([^,]*)/.exec(signer.subject)?.[1] ?? '';
  if (!called.includes(name)) throw new ProofError('SIGNER_OTHER', 'the certificate is not in the name of who signs');
  return signer;
}

function ofCms(cms: Uint8Array, content: Uint8Array, { common }: PersonalTrust, at: Date): ReadCertificate {
  if (common === undefined) throw new ProofError('CERT_UNTRUSTED', 'no outside authority is configured for this');
  return verifyForeign({ cms, content, path: { trust: common, at } });
}

function ofSm2(
  { sm2: signature, certificate: pem }: { sm2: Uint8Array; certificate: string },
  content: Uint8Array,
  { sm2: anchors }: PersonalTrust,
  at: Date,
): ReadCertificate {
  const certificate = readOneSm2Pem(pem);
  demandSm2(content, signature, certificate.point);
  demandSm2Trusted(certificate, anchors, [], at);
  return certificate;
}
