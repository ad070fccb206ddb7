import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { exactPem } from '../../signing/certificate.ts';
import type { RandomSource } from '../../signing/entry-key.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { demandSm2, signSm2 } from '../../signing/sm2.ts';
import {
  demandSm2Trusted,
  isSm2Closed,
  readOneSm2Pem,
  readSm2Pem,
  type Sm2Certificate,
} from '../../signing/sm2-certificate.ts';
import { readSm2Key } from '../../signing/sm2-key.ts';
import { type Config, ConfigFaults } from '../config.ts';
import { programAnswers } from './program-answers.ts';

/** Signs for one agency with SM2, beside the system integrity signature: raw, over the bytes themselves (GM/T 0009). */
export interface Sm2Signer {
  certificatePem: string;
  /** Its issuers up to a root, exact PEM. */
  caPem: string;
  /** Rejects when the key cannot be used now, or its certificate is not valid now. */
  sign(content: Uint8Array): Promise<Uint8Array>;
}

/** By the id of the agency. */
export type Sm2Signers = ReadonlyMap<string, Sm2Signer>;

/**
 * Verifiers judge the certificate at the time of the signature beside, which was made so long before at most, waiting for its time stamp; so a
 * certificate is used only when it was valid then too.
 */
const BESIDE_MS = 600_000;

const path = z.string().min(1);
const shape = z.record(
  z.uuid(),
  z.union([
    z.strictObject({ certificate: path, ca: path, key: path }),
    z.strictObject({ certificate: path, ca: path, command: path }),
  ]),
);
type Naming = z.output<typeof shape>[string];

/**
 * The signers that the file SM2_SIGNERS names: for each agency's id its `certificate` and `ca`, and either the `key` (PKCS#8 or SEC 1 without
 * password, readable by this service alone) or the `command` that signs what it gets on stdin; paths from the file's own folder. Throws
 * ConfigFaults with all faults at once.
 */
export function openSm2Signers(
  { SM2_SIGNERS }: Pick<Config, 'SM2_SIGNERS'>,
  now: () => Date,
  random: RandomSource,
): Sm2Signers {
  if (!SM2_SIGNERS) return new Map();
  const faults: string[] = [];
  const attempt = <T>(where: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (error instanceof z.ZodError) faults.push(`SM2_SIGNERS: ${z.prettifyError(error)}`);
      else faults.push(`SM2_SIGNERS: ${where}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const named = attempt(SM2_SIGNERS, () => shape.parse(JSON.parse(readFileSync(SM2_SIGNERS, 'utf8')))) ?? {};
  const signers = new Map<string, Sm2Signer>();
  for (const [chain, naming] of Object.entries(named)) {
    const signer = attempt(chain, () => open(naming, dirname(SM2_SIGNERS), now, random));
    if (signer) signers.set(chain, signer);
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
  return signers;
}

function open(naming: Naming, folder: string, now: () => Date, random: RandomSource): Sm2Signer {
  const read = (file: string) => readFileSync(resolve(folder, file), 'utf8');
  const certificate = readOneSm2Pem(read(naming.certificate));
  const caPem = exactPem(read(naming.ca));
  const issuers = readSm2Pem(caPem);
  if (!isSm2Closed(issuers)) throw new Error('the issuers do not reach a root');
  const demandTrusted = () => {
    const at = now();
    demandSm2Trusted(certificate, issuers, [], new Date(at.getTime() - BESIDE_MS));
    demandSm2Trusted(certificate, issuers, [], at);
  };
  try {
    demandTrusted();
  } catch (error) {
    // Whether it is valid is seen when it signs: an old certificate stops no start.
    if (!(error instanceof ProofError && error.code === 'CERT_NOT_VALID_AT')) throw error;
  }
  const signBytes =
    'key' in naming ? byKey(read(naming.key), certificate, random) : programAnswers(resolve(folder, naming.command));
  return {
    certificatePem: certificate.pem,
    caPem,
    sign: async (content) => {
      demandTrusted();
      const signature = await signBytes(content);
      demandSm2(content, signature, certificate.point);
      return signature;
    },
  };
}

function byKey(pem: string, { point }: Sm2Certificate, random: RandomSource) {
  const key = readSm2Key(pem);
  if (Buffer.compare(key.publicKey, point) !== 0) throw new Error('the key is not that of the certificate');
  return async (content: Uint8Array) => signSm2(content, key, random);
}
