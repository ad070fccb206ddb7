import type { Identity } from '../../signing/authority.ts';
import { readOnePem } from '../../signing/certificate.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { createRevocationList, type Revoked } from '../../signing/revocation.ts';
import { makeQuery, tokenOfReply, verifyToken } from '../../signing/timestamp.ts';
import { answerQuery } from '../../signing/timestamp-authority.ts';
import type { Config } from '../config.ts';
import { outsideRoots } from './outside-time.ts';
import type { Timestamper } from './timestamper.ts';

/** The installation's own time-stamping authority and revocation list, under the embedded root. Everything of it is self-issued. */
export interface InstallationTime {
  timestamper: Timestamper;
  /** TimeStampReq to TimeStampResp, both DER (RFC 3161). */
  answer(query: Uint8Array): Uint8Array;
  /** certs/tsa.pem: own and outside authorities, with the issuers that certs/ca.pem does not have. */
  tsaPem: string;
  /** The embedded root's revocation list as of now, DER. */
  crl(): Uint8Array;
}

interface Parts {
  root: Identity;
  leaf: Identity;
  /** certs/ca.pem. */
  caPem: string;
  /** What the embedded root has revoked. */
  revoked: readonly Revoked[];
  config: Config;
  now: () => Date;
  random: (size: number) => Uint8Array;
}

/** What is known of a machine's clock that a time service keeps. */
const ACCURACY_SECONDS = 1;

/** A list is good for a year: packages are checked offline, long after they were handed out. */
const LIST_MS = 365 * 86_400_000;

export function installationTime({ root, leaf, caPem, revoked, config, now, random }: Parts): InstallationTime {
  const authority = { ...leaf, policy: config.TSA_POLICY, accuracySeconds: ACCURACY_SECONDS, random };
  const rootPem = caPem.includes(root.certificatePem) ? '' : root.certificatePem;
  const { notAfter } = readOnePem(root.certificatePem);
  const timestamper: Timestamper = {
    stamp: async (imprint) => {
      const { query, nonce } = makeQuery(imprint, random);
      const reply = answerQuery(authority, query, now());
      if (isRefusal(reply)) return undefined;
      const token = tokenOfReply(reply);
      const { time } = verifyToken({ token, imprint, nonce, trust: [root.certificatePem] });
      return { token, time, selfIssued: true };
    },
  };
  return {
    timestamper,
    answer: (query) => answerQuery(authority, query, now()),
    tsaPem: [leaf.certificatePem, rootPem, outsideRoots(config)].join(''),
    crl: () => {
      const number = now().getTime();
      const thisUpdate = new Date(Math.floor(number / 1000) * 1000);
      const nextUpdate = new Date(Math.min(thisUpdate.getTime() + LIST_MS, notAfter.getTime()));
      return createRevocationList(root, { thisUpdate, nextUpdate, number, revoked });
    },
  };
}

/** The own authority refuses while its certificate is not valid: the machine's clock is wrong. */
function isRefusal(reply: Uint8Array): boolean {
  try {
    tokenOfReply(reply);
    return false;
  } catch (error) {
    if (error instanceof ProofError && error.code === 'TIME_REFUSED') return true;
    throw error;
  }
}
