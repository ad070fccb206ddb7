import { timestampable, withTimestamp } from '../../signing/cms.ts';
import { encodeReply, type Imprint, imprintOf } from '../../signing/timestamp.ts';

/** A time stamp that was verified when it came. */
export interface Stamp {
  /** RFC 3161 token, DER. */
  token: Uint8Array;
  time: Date;
  /** By an authority of this installation: it proves order, not independent time. */
  selfIssued: boolean;
}

/** Gives time stamps (RFC 3161), from inside or outside. */
export interface Timestamper {
  /** Undefined when no authority answers now: what is to be stamped is left without time, and asked for again later. */
  stamp(imprint: Imprint): Promise<Stamp | undefined>;
}

/** CAdES-T and the `.tsr` over the signed bytes themselves. */
export interface Timed {
  signature: Uint8Array;
  tsr: Uint8Array;
  /** RFC 3339, UTC, milliseconds: that of the stamp in the signature. */
  at: string;
  selfIssued: boolean;
}

/** Stamps a CAdES-B signature and, beside it, its content. Undefined when either cannot be had. */
export async function timeSignature(
  timestamper: Timestamper,
  signature: Uint8Array,
  content: Uint8Array,
): Promise<Timed | undefined> {
  const inside = await timestamper.stamp(timestampable(signature));
  const beside = inside && (await timestamper.stamp(imprintOf(content)));
  if (!inside || !beside) return undefined;
  return {
    signature: withTimestamp(signature, inside.token),
    tsr: encodeReply(beside.token),
    at: inside.time.toISOString(),
    selfIssued: inside.selfIssued || beside.selfIssued,
  };
}
