import { type CheckLine, check } from './checklist.ts';
import type { Verified } from './cms.ts';
import { MANIFEST_LIMIT } from './manifest.ts';
import { manifestSm2Path } from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { demandSm2Signed, openSm2Trust, type Sm2Trust } from './sm2-trust.ts';
import { readListed, type Subject } from './tree.ts';
import type { Bag } from './verify-package.ts';

/** What there is of SM2 in a package or receipt; all of it may be absent. */
interface Sm2Files {
  /** certs/sm2.pem and certs/sm2-ca.pem. */
  signers: string | undefined;
  ca: string | undefined;
  content: Uint8Array;
  signature: Uint8Array | undefined;
  /** The signature beside it: a bare SM2 signature tells no time. */
  beside: Verified | undefined;
}

const SIGNATURE_LIMIT = 256;

/**
 * One line about the SM2 signature over the whole, where `paths` names a file that is there or the verifier gave a root; then there must be such a
 * signature. Returns whom further signatures are believed under.
 */
export async function* verifySm2(
  id: 'bag.sm2' | 'receipt.sm2',
  { sizes, sm2Trust: given }: Subject,
  paths: readonly string[],
  read: () => Promise<Sm2Files>,
): AsyncGenerator<CheckLine, Sm2Trust | undefined> {
  if (given === undefined && !paths.some((path) => sizes.has(path))) return undefined;
  const { line, value } = await check(
    [id, '国密 SM2 签名有效，证书可信', 'the SM2 signature holds, under a certificate that is believed'],
    async (findings) => {
      const { signers, ca, content, signature, beside } = await read();
      if (signers === undefined || ca === undefined)
        throw new ProofError('SM2_FILES', 'there is no SM2 signature here, or its certificates are missing');
      const trust = openSm2Trust(signers, ca, given, findings);
      if (signature) {
        if (!beside) throw new ProofError('SM2_TIME', 'the signature beside it does not hold');
        findings.note(demandSm2Signed(content, signature, beside.signingTime, trust).subject);
      } else {
        findings.demand(given === undefined, 'there is no SM2 signature over the whole');
        findings.note('整体无 SM2 签名 no SM2 signature over the whole');
      }
      return trust;
    },
  );
  yield line;
  return value;
}

/** One line about the SM2 signatures over manifests; none when there are none. That they are those of the entries, verify-records.ts checks. */
export async function* verifySm2Records(
  bag: Bag,
  manifests: readonly string[],
  beside: ReadonlyMap<string, { signed: Verified }>,
): AsyncGenerator<CheckLine> {
  const signed = manifests.filter((manifest) => bag.payload.has(manifestSm2Path(manifest)));
  if (signed.length === 0) return;
  const { line } = await check(
    ['records.sm2', '固化清单的国密 SM2 签名有效', 'the SM2 signatures over manifests hold'],
    async (findings) => {
      const trust = bag.sm2;
      if (!trust) throw new ProofError('SM2_FILES', 'their certificates are missing or not believed');
      for (const manifest of signed) {
        const path = manifestSm2Path(manifest);
        await findings.within(path, async () => {
          const content = await readListed(bag.tree, manifest, bag.payload, MANIFEST_LIMIT);
          const signature = await readListed(bag.tree, path, bag.payload, SIGNATURE_LIMIT);
          const at = beside.get(manifest)?.signed.signingTime;
          if (!at) throw new ProofError('SM2_TIME', 'the signature beside it does not hold');
          demandSm2Signed(content, signature, at, trust);
        });
      }
      findings.note(`${signed.length}/${manifests.length}`);
    },
  );
  yield line;
}
