import { type KeyObject, X509Certificate } from 'node:crypto';
import type { BitString } from 'asn1js';
import { Certificate, type ExtKeyUsage, type RelativeDistinguishedNames } from 'pkijs';
import { ProofError } from './proof-error.ts';

/** An X.509 certificate, read for the rules of RFC 5280 that we check. */
export interface ReadCertificate {
  der: Uint8Array;
  pem: string;
  x509: X509Certificate;
  publicKey: KeyObject;
  /** Most telling part first: `CN=…, O=…, C=…`. */
  subject: string;
  /** Lower-case hexadecimal. */
  serial: string;
  /** The exact DER of issuer and serial number. */
  issuerDer: Uint8Array;
  serialDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  selfIssued: boolean;
  isCa: boolean;
  /** How many CA certificates may stand below it; undefined for any number. */
  pathLength: number | undefined;
  /** Key usage bits as in RFC 5280 section 4.2.1.3, first octet, digitalSignature = 0x80; undefined when absent. */
  keyUsage: number | undefined;
  extendedKeyUsage: readonly string[] | undefined;
  extendedKeyUsageCritical: boolean;
  criticalUnknown: readonly string[];
  signatureAlgorithm: string;
}

/** Bits of KeyUsage, first octet (RFC 5280 section 4.2.1.3). */
export const keyUsage = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04, cRLSign: 0x02 } as const;

/** Extensions that we write or judge (RFC 5280 section 4.2, and 5.2 for lists). */
export const extension = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  cRLDistributionPoints: '2.5.29.31',
  cRLNumber: '2.5.29.20',
} as const;

/** id-kp-timeStamping (RFC 3161 section 2.3). */
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

// subjectAltName and certificatePolicies may be critical too: we ask for no name and no policy, so they forbid nothing.
const KNOWN = new Set<string>([...Object.values(extension), '2.5.29.17', '2.5.29.32']);
const ATTRIBUTES: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.5': 'SERIALNUMBER',
};

/** The same few certificates come with every signature; what was read of them is kept, by their bytes. */
const READ_LIMIT = 64;
const read = new Map<string, ReadCertificate>();

/** Reads one certificate, DER. Throws ProofError `CERT_MALFORMED`. */
export function readCertificate(der: Uint8Array): ReadCertificate {
  const name = Buffer.from(der).toString('base64');
  const known = read.get(name);
  if (known) return known;
  const certificate = parseCertificate(Uint8Array.from(der));
  if (read.size >= READ_LIMIT) read.clear();
  read.set(name, certificate);
  return certificate;
}

function parseCertificate(der: Uint8Array<ArrayBuffer>): ReadCertificate {
  try {
    const x509 = new X509Certificate(der);
    const parsed = Certificate.fromBER(der);
    if (Buffer.compare(x509.raw, der) !== 0) throw new Error('bytes after the certificate');
    const extensions = parsed.extensions ?? [];
    const extensionValue = (id: string) => extensions.find(({ extnID }) => extnID === id)?.parsedValue;
    if (new Set(extensions.map(({ extnID }) => extnID)).size !== extensions.length)
      throw new Error('an extension twice');
    const basic = extensionValue(extension.basicConstraints) as
      | { cA: boolean; pathLenConstraint?: unknown }
      | undefined;
    const usage = extensionValue(extension.keyUsage) as BitString | undefined;
    const extended = extensionValue(extension.extendedKeyUsage) as ExtKeyUsage | undefined;
    return {
      der,
      pem: toPem(der),
      x509,
      publicKey: x509.publicKey,
      subject: nameText(parsed.subject),
      serial: x509.serialNumber.toLowerCase(),
      issuerDer: new Uint8Array(parsed.issuer.toSchema().toBER()),
      serialDer: new Uint8Array(parsed.serialNumber.toBER()),
      notBefore: x509.validFromDate,
      notAfter: x509.validToDate,
      selfIssued: x509.subject === x509.issuer,
      isCa: basic?.cA === true,
      pathLength: typeof basic?.pathLenConstraint === 'number' ? basic.pathLenConstraint : undefined,
      keyUsage: usage && (usage.valueBlock.valueHexView[0] ?? 0),
      extendedKeyUsage: extended?.keyPurposes,
      extendedKeyUsageCritical: extensions.some((e) => e.critical && e.extnID === extension.extendedKeyUsage),
      criticalUnknown: extensions.filter((e) => e.critical && !KNOWN.has(e.extnID)).map((e) => e.extnID),
      signatureAlgorithm: parsed.signatureAlgorithm.algorithmId,
    };
  } catch (cause) {
    throw new ProofError('CERT_MALFORMED', 'not a certificate (RFC 5280)', { cause });
  }
}

/** Reads all certificates of a PEM text (RFC 7468), which holds nothing else. Throws ProofError `CERT_MALFORMED`. */
export function readPem(pem: string): ReadCertificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\r?\n?/g) ?? [];
  const found = blocks.map((block) => readCertificate(Buffer.from(block.replace(/-----[^-]+-----/g, ''), 'base64')));
  if (found.length === 0) throw new ProofError('CERT_MALFORMED', 'no certificate in PEM form');
  return found;
}

/** Reads the only certificate of a PEM text. */
export function readOnePem(pem: string): ReadCertificate {
  const [certificate, ...others] = readPem(pem);
  if (!certificate || others.length > 0) throw new ProofError('CERT_MALFORMED', 'expected one certificate');
  return certificate;
}

/** The certificates of a PEM text in the one form that packages carry: lines of 64, nothing around them. */
export const exactPem = (pem: string): string =>
  readPem(pem)
    .map((certificate) => certificate.pem)
    .join('');

/** RFC 7468 text, lines of 64. */
export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameText(name: RelativeDistinguishedNames): string {
  const parts = name.typesAndValues.map(({ type, value }) => {
    const text = String(value.valueBlock.value).replace(/\p{Cc}/gu, ' ');
    return `${ATTRIBUTES[type] ?? type}=${text}`;
  });
  return parts.reverse().join(', ');
}
