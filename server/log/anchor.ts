import { encodeReply, imprintOf } from '../../signing/timestamp.ts';
import type { Timestamper } from '../seal/timestamper.ts';

/**
 * What ties the bytes of a checkpoint to a time: today time stamps (RFC 3161) of our own or outside authorities; a notary's or a court's chain
 * would be another of these.
 */
export interface Anchor {
  /** The proof over exactly these bytes, as receipts carry it (`checkpoint.tsr`); undefined when it cannot be had now. */
  anchor(note: Uint8Array): Promise<Uint8Array | undefined>;
}

/** `current` gives the one that stamps now: certificates are renewed while the service runs. */
export const timestampAnchor = (current: () => Timestamper): Anchor => ({
  async anchor(note) {
    const stamp = await current().stamp(imprintOf(note));
    return stamp && encodeReply(stamp.token);
  },
});
