import type { Deps } from '../deps.ts';
import { type Timed, timeSignature } from './timestamper.ts';

/**
 * Signs and stamps under certificates that are in force when it is done: by one that was revoked between signature and stamp every verifier would
 * refuse it. Undefined when no authority gives the time.
 */
export async function signTimed(
  deps: Pick<Deps, 'signer' | 'time' | 'timestamper'>,
  content: Uint8Array,
): Promise<Timed | undefined> {
  for (;;) {
    const { signer, time } = deps;
    const timed = await timeSignature(deps.timestamper, await signer.sign(content), content);
    if (deps.signer === signer && deps.time === time) return timed;
  }
}
