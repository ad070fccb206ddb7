import { verifyTree } from '../../signing/verifier.ts';
import { ca } from '../unit/signing/pki.ts';
import { closeBag, closeReceipt, type Files, makePackage, makeReceipt, treeOf, vkey } from '../unit/signing/sample.ts';
import { mutate } from './mutate.ts';
import { pick, type Random } from './random.ts';
import type { Target } from './target.ts';

const [bag, receipt] = [makePackage(), makeReceipt()];
const untouched = (target: Target, whole: Files): Target => ({
  ...target,
  mayMean: (files) => isSame(whole, files as Files),
});

/**
 * Packages and receipts with one file changed, renamed or removed: left so, when only the untouched one may pass; or listed and signed
 * again by the holder of the key, who may say anything, when only the answer has to come.
 */
export const treeTargets = (): Target[] => [
  untouched(
    tree('package', bag, (files) => files),
    bag,
  ),
  untouched(
    tree('receipt', receipt, (files) => files),
    receipt,
  ),
  { ...tree('package, signed again', bag, (files) => closeBag(files)), oneIn: 20 },
  { ...tree('receipt, signed again', receipt, closeReceipt), oneIn: 20 },
];

/** An input names a file, gives its new name (empty: none) and its new bytes, parted by zeros. */
function tree(name: string, whole: Files, close: (files: Files) => Files): Target {
  return {
    name,
    make: (random) => change(random, whole),
    read: async (input) => {
      const files = closed(changed(whole, Buffer.from(input)), close);
      for await (const { ok, detail = '' } of verifyTree(treeOf(files), { trust: ca.certificatePem, vkey: vkey() })) {
        if (!ok) throw new Refused(detail);
      }
      return files;
    },
    isRefusal: (error) => error instanceof Refused && !isAccident(error.message),
    mayMean: () => true,
  };
}

/** There are trees that cannot even be listed. */
function closed(files: Files, close: (files: Files) => Files): Files {
  try {
    return close(files);
  } catch (error) {
    throw new Refused((error as Error).message);
  }
}

class Refused extends Error {}

/** The verifier turns whatever is thrown into a line that does not hold; words of the language itself tell of a place nobody thought of. */
const isAccident = (message: string) =>
  /Cannot read prop|is not a function|is not iterable|is not defined|Maximum call stack|Invalid array length/.test(
    message,
  );

const isSame = (whole: Files, files: Files) =>
  whole.size === files.size &&
  [...whole].every(([path, bytes]) => Buffer.compare(files.get(path) ?? Buffer.of(), bytes) === 0);

function change(random: Random, whole: Files): Buffer {
  const [path, bytes] = pick(random, [...whole]);
  const [otherPath, other] = pick(random, [...whole]);
  const kind = path.endsWith('.p7s') || path.endsWith('.tsr') || path.endsWith('.crl') ? 'der' : 'text';
  const name = pick(random, [
    path,
    path,
    path,
    path,
    path,
    path,
    otherPath,
    path.toUpperCase(),
    `${path}x`,
    `../${path}`,
    '',
  ]);
  const content = random(8) === 0 ? bytes : mutate(random, bytes, other, kind);
  return Buffer.concat([Buffer.from(`${path}\0${name}\0`), content]);
}

function changed(whole: Files, input: Buffer): Files {
  const end = input.indexOf(0);
  const start = input.indexOf(0, end + 1) + 1;
  const files: Files = new Map(whole);
  files.delete(input.toString('utf8', 0, end));
  const name = input.toString('utf8', end + 1, start - 1);
  if (name !== '') files.set(name, input.subarray(start));
  return files;
}
