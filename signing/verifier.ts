import { asicPaths } from './asic.ts';
import { type CheckLine, check } from './checklist.ts';
import { type DigestFactory, nativeDigest } from './digest.ts';
import { entryProofPaths, packagePaths, receiptPaths } from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { listSafely, type Tree } from './tree.ts';
import { verifyAsic } from './verify-asic.ts';
import { verifyEntryProof } from './verify-entry-proof.ts';
import { verifyPackage } from './verify-package.ts';
import { verifyReceipt } from './verify-receipt.ts';

export type { CheckLine } from './checklist.ts';
export type { Tree } from './tree.ts';

export interface VerifyOptions {
  /** PEM of the certificates that the verifier believes; without it, those inside are used and a line says so. */
  trust?: string;
  /** Verifier key of the log (C2SP vkey) that the verifier believes; without it, the one inside is used and a line says so. */
  vkey?: string;
  /** The issuer's revocation list (DER) as of today, beside the one inside, which is of the day of packing. */
  crl?: Uint8Array;
  /** PEM of the SM2 certificates that the verifier believes: there must be an SM2 signature under them. */
  sm2Trust?: string;
  /** Verifier keys of witnesses (C2SP vkey, type 4), each of which must have cosigned the checkpoint. */
  witnesses?: readonly string[];
  digest?: DigestFactory;
}

/**
 * Checks a package, a receipt or the proof of an entry, whichever the tree is, and gives the list of what must be true from top to bottom. It is
 * good when every line is. Nothing in the tree makes it throw; checks that others rest on end the list when they fail.
 */
export async function* verifyTree(tree: Tree, options: VerifyOptions = {}): AsyncGenerator<CheckLine> {
  const names = await check(
    ['tree.names', '文件名安全且唯一，均为普通文件', 'file names are safe and unique, all are regular files'],
    (findings) => listSafely(tree, findings),
  );
  yield names.line;
  const sizes = names.value;
  if (!names.line.ok || !sizes) return;
  const kind = await check(
    ['tree.kind', '是案卷包、固化回执或条目证明', 'it is a package, a receipt or the proof of an entry'],
    (findings) => {
      const isPackage = sizes.has(packagePaths.declaration);
      const isReceipt = sizes.has(receiptPaths.manifest);
      const isProof = !isPackage && !isReceipt && sizes.has(entryProofPaths.proof);
      if (isProof) {
        findings.note('条目证明 proof of an entry');
        return verifyEntryProof;
      }
      if (isPackage === isReceipt)
        throw new ProofError('TREE_KIND', 'neither a package, a receipt nor the proof of an entry');
      findings.note(isReceipt ? '固化回执 receipt' : '案卷包 package');
      return isReceipt ? verifyReceipt : sizes.has(asicPaths.mimetype) ? verifyAsic : verifyPackage;
    },
  );
  yield kind.line;
  if (!kind.value) return;
  const { trust, sm2Trust, vkey, witnesses = [], crl, digest = nativeDigest } = options;
  const subject = { tree, sizes, trust, sm2Trust, vkey, witnesses, crl, digest };
  yield* kind.value(subject);
}
