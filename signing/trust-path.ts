import { keyUsage, type ReadCertificate, TIME_STAMPING } from './certificate.ts';
import { ProofError } from './proof-error.ts';

/** Which certificates a signature is believed under, RFC 5280 section 6 as far as our profile goes (no names, no policies). */

const DEPTH = 5;

/** ecdsa-with-SHA256/384/512, sha256/384/512WithRSAEncryption: nothing weaker signs a certificate that we believe. */
const CERTIFICATE_ALGORITHMS = new Set([
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
]);

/** How certificates of one family of keys are signed. */
export interface Scheme {
  /** Signature algorithms that make a certificate believed. */
  algorithms: ReadonlySet<string>;
  /** Whether the key of `issuer` made the signature on `certificate`. */
  verifies(certificate: ReadCertificate, issuer: ReadCertificate): boolean;
}

const common: Scheme = {
  algorithms: CERTIFICATE_ALGORITHMS,
  verifies: (certificate, issuer) => certificate.x509.verify(issuer.publicKey),
};

/** Purposes that a document signer's certificate may name: anyExtendedKeyUsage, emailProtection, documentSigning (RFC 9336), Adobe's and Microsoft's. */
const SIGNING_PURPOSES = new Set([
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.36',
  '1.2.840.113583.1.1.5',
  '1.3.6.1.4.1.311.10.3.12',
]);

/** Demands that a certificate may sign documents. Throws ProofError, a code for each rule. */
export function demandSigner(signer: ReadCertificate): void {
  const { asymmetricKeyType, asymmetricKeyDetails } = signer.publicKey;
  const p256 = asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
  const rsa = asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  if (!p256 && !rsa) throw new ProofError('CERT_KEY', 'the key is neither P-256 nor RSA of 2048 bits or more');
  demandForDocuments(signer);
}

/** What is demanded of a document signer's certificate, whatever its key. Throws ProofError. */
export function demandForDocuments(signer: ReadCertificate): void {
  if (signer.isCa) throw new ProofError('CERT_IS_CA', 'a CA certificate does not sign documents');
  const bits = keyUsage.digitalSignature | keyUsage.nonRepudiation;
  if (signer.keyUsage === undefined || (signer.keyUsage & bits) === 0) {
    throw new ProofError('CERT_KEY_USAGE', 'keyUsage has neither digitalSignature nor nonRepudiation');
  }
  if (signer.extendedKeyUsage && !signer.extendedKeyUsage.some((purpose) => SIGNING_PURPOSES.has(purpose))) {
    throw new ProofError('CERT_EXT_KEY_USAGE', 'extendedKeyUsage is for other things than documents');
  }
  demandKnown(signer);
}

const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Demands a key that is strong enough in what others sign. Throws ProofError `CERT_KEY`. */
export function demandKey({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: ReadCertificate): void {
  const curve = asymmetricKeyType === 'ec' && CURVES.has(asymmetricKeyDetails?.namedCurve ?? '');
  const rsa = asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  if (!curve && !rsa)
    throw new ProofError('CERT_KEY', 'the key is neither of a NIST curve nor RSA of 2048 bits or more');
}

/**
 * Demands that a certificate is for time stamps and nothing else (RFC 3161 section 2.3): extendedKeyUsage critical with timeStamping alone, key usage,
 * where there is one, only for signatures. Throws ProofError, a code for each rule.
 */
export function demandTimestamper(tsa: ReadCertificate): void {
  demandKey(tsa);
  if (tsa.isCa) throw new ProofError('CERT_IS_CA', 'a CA certificate does not stamp time');
  const bits = keyUsage.digitalSignature | keyUsage.nonRepudiation;
  if (tsa.keyUsage !== undefined && ((tsa.keyUsage & bits) === 0 || (tsa.keyUsage & ~bits) !== 0)) {
    throw new ProofError('CERT_KEY_USAGE', 'keyUsage is for other things than signatures');
  }
  const [purpose, ...others] = tsa.extendedKeyUsage ?? [];
  if (purpose !== TIME_STAMPING || others.length > 0 || !tsa.extendedKeyUsageCritical) {
    throw new ProofError('CERT_EXT_KEY_USAGE', 'extendedKeyUsage is not critical, or not timeStamping alone');
  }
  demandKnown(tsa);
}

/** Demands that a certificate is one of `others`' issue, or signed by itself: none that came along is of nobody. */
export function demandIssued(certificate: ReadCertificate, others: readonly ReadCertificate[]): void {
  if (![...others, certificate].some((issuer) => signedBy(certificate, issuer, common))) {
    throw new ProofError('CERT_UNTRUSTED', `${certificate.subject} is issued by none of the certificates here`);
  }
}

/** Demands a path from the signer to one of `anchors`, through `intermediates`, all valid at `at`. Throws ProofError. */
export function demandTrusted(
  signer: ReadCertificate,
  anchors: readonly ReadCertificate[],
  intermediates: readonly ReadCertificate[],
  at: Date,
  scheme = common,
): void {
  demandValid(signer, at);
  let last: ProofError | undefined;
  const climb = (below: ReadCertificate, depth: number): boolean => {
    for (const issuer of [...anchors, ...intermediates]) {
      if (below === issuer || !signedBy(below, issuer, scheme)) continue;
      try {
        demandIssuer(issuer, depth, at, scheme);
      } catch (error) {
        last = error as ProofError;
        continue;
      }
      if (anchors.includes(issuer)) return true;
      if (depth < DEPTH && climb(issuer, depth + 1)) return true;
    }
    return false;
  };
  if (!climb(signer, 0)) throw last ?? new ProofError('CERT_UNTRUSTED', 'issued by none of the trusted certificates');
}

/** Whether each certificate is issued by itself or another of them, as a file of trust must be for openssl too. */
export const isClosed = (certificates: readonly ReadCertificate[], scheme = common): boolean =>
  certificates.every((one) => certificates.some((issuer) => signedBy(one, issuer, scheme)));

function signedBy(below: ReadCertificate, issuer: ReadCertificate, { algorithms, verifies }: Scheme): boolean {
  return algorithms.has(below.signatureAlgorithm) && below.x509.checkIssued(issuer.x509) && verifies(below, issuer);
}

function demandIssuer(issuer: ReadCertificate, casBelow: number, at: Date, scheme: Scheme): void {
  demandValid(issuer, at);
  demandKnown(issuer);
  if (!issuer.isCa) throw new ProofError('CERT_ISSUER', 'the issuer is no CA');
  if (issuer.keyUsage !== undefined && (issuer.keyUsage & keyUsage.keyCertSign) === 0) {
    throw new ProofError('CERT_ISSUER', 'the issuer may not sign certificates');
  }
  if (issuer.pathLength !== undefined && casBelow > issuer.pathLength) {
    throw new ProofError('CERT_ISSUER', 'the path is longer than the issuer allows');
  }
  if (issuer.selfIssued && !scheme.verifies(issuer, issuer)) {
    throw new ProofError('CERT_ISSUER', 'the signature of the root on itself does not hold');
  }
}

function demandKnown({ criticalUnknown }: ReadCertificate): void {
  if (criticalUnknown.length > 0) {
    throw new ProofError('CERT_CRITICAL_EXTENSION', `critical extension not understood: ${criticalUnknown.join(', ')}`);
  }
}

function demandValid({ notBefore, notAfter, subject }: ReadCertificate, at: Date): void {
  if (at < notBefore || at > notAfter) {
    throw new ProofError('CERT_NOT_VALID_AT', `${subject} is not valid at ${at.toISOString()}`);
  }
}
