import { isDeepStrictEqual } from 'node:util';
import { packagePaths, receiptPaths, unlistedPaths } from '../../signing/package-layout.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { ca } from '../unit/signing/pki.ts';
import { closeBag, closeReceipt, type Files, makePackage, makeReceipt, treeOf, vkey } from '../unit/signing/sample.ts';
import { mutate } from './mutate.ts';
import { pick, type Random } from './random.ts';
import type { Target } from './target.ts';

const [bag, receipt] = [makePackage(), makeReceipt()];
/** What was taken from a tree: its files, and every line of what was checked. */
interface Taken {
  files: Files;
  said: readonly string[];
}

/** Signatures and time stamps over the lists, which no list can have: unsigned certificates in them may be others, if all that is said stays. */
const UNLISTED = [...unlistedPaths, receiptPaths.listSignature].filter((path) => path !== packagePaths.tagManifest);

async function untouched(target: Target, whole: Files): Promise<Target> {
  const { said } = await takenFrom(whole);
  return {
    ...target,
    mayMean: (taken) => isSame(whole, (taken as Taken).files) && isDeepStrictEqual((taken as Taken).said, said),
  };
}

/**
 * Packages and receipts with one file changed, renamed or removed: left so, when only the untouched one may pass; or listed and signed
 * again by the holder of the key, who may say anything, when only the answer has to come.
 */
export const treeTargets = async (): Promise<Target[]> => [
  await untouched(
    tree('package', bag, (files) => files),
    bag,
  ),
  await untouched(
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
    read: (input) => takenFrom(closed(changed(whole, Buffer.from(input)), close)),
    isRefusal: (error) => error instanceof Refused && !isAccident(error.message),
    mayMean: () => true,
  };
}

/** Throws Refused at the first line that does not hold. */
async function takenFrom(files: Files): Promise<Taken> {
  const said: string[] = [];
  for await (const { id, ok, detail = '' } of verifyTree(treeOf(files), { trust: ca.certificatePem, vkey: vkey() })) {
    if (!ok) throw new Refused(detail);
    said.push(`${id}: ${detail}`);
  }
  return { files, said };
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
  [...whole].every(([path, bytes]) => {
    const now = files.get(path);
    return now && (UNLISTED.includes(path) || Buffer.compare(now, bytes) === 0);
  });

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
