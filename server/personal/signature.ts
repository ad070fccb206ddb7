import { z } from 'zod';
import { readOnePem } from '../../signing/certificate.ts';
import { personal } from '../ledger/kind.ts';
import { instant, proofRef, sha256 } from '../records/shapes.ts';

/** `reliable`: under an authority outside this system (电子签名法 art. 13); else it shows who signed here, and no more. */
export const standings = ['self-issued', 'reliable'] as const;

/** A personal signature as an event tells it. Its bytes are an object of the evidence store. */
export const personalSignature = z.strictObject({
  /** The exact bytes that it is over (docs/formats/statement.md). */
  statement: z.string().max(8192),
  /** Detached CMS (CAdES-T by this system), or SM2 with SM3, DER of r and s. */
  form: z.enum(['cms', 'sm2']),
  signature: proofRef,
  /** PEM of the signer's certificate: it names a person. */
  certificate: personal(z.string()),
  standing: z.enum(standings),
  /** The stamp in the signature; one by a key of the person's own has none, its time is that of its entry. */
  timestamp: z.strictObject({ at: instant, selfIssued: z.boolean() }).optional(),
});
export type PersonalSignature = z.output<typeof personalSignature>;

const WORDS = {
  'self-issued': { zh: '系统自签证书的个人签名', en: "personal signature under the system's own certificate" },
  reliable: { zh: '可靠的电子签名', en: 'reliable electronic signature' },
} as const;

export const signatureAnswer = z.object({
  statement: z.string(),
  form: z.enum(['cms', 'sm2']),
  sha256,
  signer: z.string(),
  serial: z.string(),
  standing: z.enum(standings),
  words: z.object({ zh: z.string(), en: z.string() }),
  timestamp: z.object({ at: z.string(), selfIssued: z.boolean() }).optional(),
});

/** As it is shown; its bytes are not part of it. */
export function showSignature({ certificate, signature, ...rest }: PersonalSignature): z.input<typeof signatureAnswer> {
  const { subject, serial } = readOnePem(certificate);
  return { ...rest, sha256: signature.sha256, signer: subject, serial, words: WORDS[rest.standing] };
}
