import { z } from 'zod';
import { revocationReasonNames } from '../../signing/revocation.ts';
import { type EventOf, type Kind, personal } from '../ledger/kind.ts';

/** What a certificate of the embedded authority is for. */
export const certificateUses = ['root', 'signer', 'timestamper', 'personal'] as const;

const instant = z.iso.datetime();

/** The stream `certificate/<serial>` of the chain `system`; the serial number in hex as certificates show it, 32 digits. */
export const certificateEvents = {
  'certificate.issued': {
    v: 1,
    data: z.strictObject({
      use: z.enum(certificateUses),
      /** Whose it is, when it is a person's. */
      holder: z.strictObject({ agency: z.string(), personId: z.string() }).optional(),
      /** PEM; it names its holder. */
      certificate: personal(z.string()),
      subject: personal(z.string()),
      /** Of the DER, hex. */
      sha256: z.string(),
      notBefore: instant,
      notAfter: instant,
    }),
  },
  'certificate.revoked': {
    v: 1,
    data: z.strictObject({
      reason: z.enum(revocationReasonNames),
      /** As the revocation list tells it: whole seconds. */
      at: instant,
      /** From when on the key is doubted, where that is known to be earlier. */
      since: instant.optional(),
    }),
  },
} as const;

export type CertificateEvent = EventOf<typeof certificateEvents>;
type Issued = Extract<CertificateEvent, { type: 'certificate.issued' }>['data'];
type Revocation = Extract<CertificateEvent, { type: 'certificate.revoked' }>['data'];

export interface CertificateState extends Issued {
  /** The serial number. */
  id: string;
  issuedAt: string;
  revoked?: Revocation;
}

export const certificateKind: Kind<CertificateState, CertificateEvent> = {
  name: 'certificate',
  events: certificateEvents,
  words: {
    name: { zh: '证书', en: 'certificate' },
    events: {
      'certificate.issued': { zh: '签发证书', en: 'certificate issued' },
      'certificate.revoked': { zh: '吊销证书', en: 'certificate revoked' },
    },
  },
  foldVersion: 1,
  indexes: ['use', 'holder.agency', 'holder.personId', 'revoked.at'],
  fold(state, event, meta) {
    if (event.type === 'certificate.issued') return { ...event.data, id: meta.id, issuedAt: meta.time };
    if (!state) throw new Error(`${meta.id} is revoked and was never issued`);
    // When it was first revoked stays true; only why, and since when it is doubted, may come to be known better.
    return { ...state, revoked: { ...event.data, at: state.revoked?.at ?? event.data.at } };
  },
};
