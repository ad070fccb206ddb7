import { beginDetached } from '../../signing/cms.ts';
import { Fault } from '../errors.ts';
import { programAnswers } from './program-answers.ts';
import type { BareSigner } from './signer.ts';

interface Parts {
  /** Path of the program; it gets no arguments and no shell. */
  command: string;
  certificatePem: string;
  now: () => Date;
  timeoutMs?: number | undefined;
}

/**
 * Signs with a key that only a program of the operator's can use: a UKey, an HSM, a service. It gets the bytes to be signed (DER of the signed
 * attributes) on stdin, and writes their signature with SHA-256 to stdout, ECDSA-Sig-Value in DER or RSASSA-PKCS1-v1_5, and exits with 0. It is run as
 * program-answers.ts says, and what it answers is verified before it is used. Its signer throws SIGNER_UNAVAILABLE.
 */
export function commandSigner({ command, certificatePem, now, timeoutMs }: Parts): BareSigner {
  const answer = programAnswers(command, timeoutMs);
  return {
    certificatePem,
    sign: async (content, form = 'cades') => {
      const { toBeSigned, finish } = beginDetached({ content, certificatePem, time: now(), form });
      try {
        return finish(await answer(toBeSigned));
      } catch (cause) {
        throw new Fault('SIGNER_UNAVAILABLE', { cause, headers: { 'Retry-After': '5' } });
      }
    },
  };
}
