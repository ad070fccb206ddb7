import type { Deps } from '../deps.ts';
import { type Timed, timeSignature } from './timestamper.ts';

type Hands = Pick<Deps, 'signer' | 'time'>;

/** Whether the certificates that were taken are still those of the installation; the revocation list may have grown. */
export const stillInForce = (now: Hands, taken: Hands): boolean =>
  now.signer.certificatePem === taken.signer.certificatePem && now.time.tsaPem === taken.time.tsaPem;

/**
 * Signs and stamps under certificates that are in force when it is done: by one that was revoked between signature and stamp every verifier would
 * refuse it. Undefined when no authority gives the time.
 */
export async function signTimed(
  deps: Hands & Pick<Deps, 'timestamper'>,
  content: Uint8Array,
): Promise<Timed | undefined> {
  for (;;) {
    const { signer, time } = deps;
    const timed = await timeSignature(deps.timestamper, await signer.sign(content), content);
    if (stillInForce(deps, { signer, time })) return timed;
  }
}
