import { sha256Hex } from '../../signing/digest.ts';
import type { DocumentSignature } from '../../signing/document-signature.ts';
import { judgePdf } from '../../signing/judge-pdf.ts';
import { bytesSource } from '../../signing/pdf-signatures.ts';
import { verifyPaper } from '../../signing/verify-pdf.ts';
import { signedSample, trust } from '../unit/paper/support.ts';
import { ca, now } from '../unit/signing/pki.ts';
import { free, signed, type Target } from './target.ts';

/** What is signed: all but Contents. */
const signedPart = (pdf: Uint8Array) =>
  Buffer.from(pdf)
    .toString('latin1')
    .replace(/\/Contents<[0-9A-Fa-f]+>/g, '');

/** Signed PDFs: those that we make, of which no byte may be another, and those that come in. */
export async function paperTargets(): Promise<Target[]> {
  const pdf = await signedSample();
  const later = Buffer.concat([pdf, Buffer.from('\n7 0 obj\n<</A(1)>>\nendobj\n%%EOF\n')]);
  const own = signed({
    ...{ name: 'paper', kind: 'bytes', samples: [pdf] },
    read: (input) => ({ signer: verifyPaper(input, trust).signer.subject, digest: sha256Hex(input) }),
  });
  const incoming = free({
    ...{ name: 'PDF signatures', kind: 'bytes', samples: [pdf, later] },
    read: (input) => judgePdf(bytesSource(input), { roots: [ca.certificatePem], now }),
  });
  return [
    own,
    {
      ...incoming,
      mayMean: (meaning, input) =>
        (meaning as DocumentSignature[]).every(({ result }) => result !== 'valid') ||
        signedPart(input).startsWith(signedPart(pdf)),
    },
  ];
}
