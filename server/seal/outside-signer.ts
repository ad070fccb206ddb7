import { readFileSync } from 'node:fs';
import type { Identity } from '../../signing/authority.ts';
import { exactPem, readOnePem, readPem } from '../../signing/certificate.ts';
import { signDetached } from '../../signing/cms.ts';
import { openPkcs12 } from '../../signing/pkcs12.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { demandSigner, demandTrusted } from '../../signing/trust-path.ts';
import { type Config, ConfigFaults } from '../config.ts';
import { commandSigner } from './command-signer.ts';
import type { BareSigner } from './signer.ts';

interface OutsideSigner {
  signer: BareSigner;
  /** Its issuers up to a root, exact PEM. */
  rootPem: string;
}

/** Signs with a key that is in memory. */
export function signerOf({ certificatePem, privateKeyPem }: Identity, now: () => Date): BareSigner {
  return {
    certificatePem,
    sign: (content, form = 'cades') =>
      Promise.resolve(signDetached({ content, certificatePem, privateKeyPem, time: now(), form })),
  };
}

/** The signer from outside that the settings name, by PKCS#12 or by command; undefined when there is none. Throws ConfigFaults. */
export function outsideSigner(config: Config, now: () => Date): OutsideSigner | undefined {
  const { SIGNER_PKCS12, SIGNER_COMMAND } = config;
  if (SIGNER_PKCS12 && SIGNER_COMMAND) throw new ConfigFaults(['SIGNER_COMMAND: SIGNER_PKCS12 is given too']);
  const outside = SIGNER_PKCS12
    ? byPkcs12(SIGNER_PKCS12, config, now)
    : SIGNER_COMMAND
      ? byCommand(SIGNER_COMMAND, config, now)
      : undefined;
  if (outside) demandUsable(outside, now());
  return outside;
}

function byPkcs12(file: string, { SIGNER_PASSWORD, SIGNER_CA }: Config, now: () => Date): OutsideSigner {
  const identity = openPkcs12(readFileSync(file), SIGNER_PASSWORD ?? '');
  const rootPem = SIGNER_CA ? exactPem(readFileSync(SIGNER_CA, 'utf8')) : identity.chainPems.join('');
  if (rootPem === '') throw new ConfigFaults(['SIGNER_CA: SIGNER_PKCS12 holds no issuer, so its root must be named']);
  return { signer: signerOf(identity, now), rootPem };
}

function byCommand(command: string, { SIGNER_CERTIFICATE, SIGNER_CA }: Config, now: () => Date): OutsideSigner {
  if (!SIGNER_CERTIFICATE || !SIGNER_CA)
    throw new ConfigFaults(['SIGNER_COMMAND: needs SIGNER_CERTIFICATE and SIGNER_CA']);
  const certificatePem = readOnePem(readFileSync(SIGNER_CERTIFICATE, 'utf8')).pem;
  return {
    signer: commandSigner({ command, certificatePem, now }),
    rootPem: exactPem(readFileSync(SIGNER_CA, 'utf8')),
  };
}

/** What would make signatures that nobody believes is refused at the start; whether it is valid is seen when it signs. */
function demandUsable({ signer, rootPem }: OutsideSigner, now: Date): void {
  const certificate = readOnePem(signer.certificatePem);
  try {
    demandSigner(certificate);
    demandTrusted(certificate, readPem(rootPem), [], now);
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    if (error.code === 'CERT_NOT_VALID_AT') return;
    throw new ConfigFaults([`the certificate of the outside signer: ${error.message}`]);
  }
}
