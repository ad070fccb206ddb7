import { isSafePath } from './bag.ts';
import type { Findings } from './checklist.ts';
import { type DigestFactory, type DigestName, sha256Hex } from './digest.ts';
import { ProofError } from './proof-error.ts';

/** Files to be checked, wherever they lie: a folder, or a zip that is not extracted. Folders are not listed, links are `other`. */
export interface Tree {
  /** Paths parted by slashes, sizes in bytes. */
  list(): Promise<{ path: string; size: number; kind: 'file' | 'other' }[]>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** When it lies in a zip. */
  zip?: ZipLayout;
}

/** How a zip holds its files, as far as a container format has rules for it. */
export interface ZipLayout {
  /** The file whose header is the first byte of the zip; undefined when that header has an extra field, or there is none. */
  first: string | undefined;
  /** Files that are not stored as they are. */
  deflated: readonly string[];
}

/** What a verification works on. */
export interface Subject {
  tree: Tree;
  /** Path to size, as listed. */
  sizes: ReadonlyMap<string, number>;
  trust: string | undefined;
  /** PEM of the SM2 certificates that the verifier believes. */
  sm2Trust: string | undefined;
  /** The log's verifier key, given by the verifier. */
  vkey: string | undefined;
  /** A revocation list of the issuer, DER, given by the verifier. */
  crl: Uint8Array | undefined;
  /** Verifier keys of witnesses that must have cosigned the checkpoint. */
  witnesses: readonly string[];
  digest: DigestFactory;
}

/** Files in one tree that is still looked at. */
export const FILES_LIMIT = 500_000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `name/` when all stands in a single outermost folder, as a bag may (RFC 8493 section 4); else nothing. */
export function outermostOf(items: readonly { path: string }[]): string {
  const first = items[0]?.path ?? '';
  const prefix = first.slice(0, first.indexOf('/') + 1);
  const signs = [`${prefix}bagit.txt`, `${prefix}manifest.json`];
  const outermost =
    items.every(({ path }) => path.startsWith(prefix)) && items.some(({ path }) => signs.includes(path));
  return outermost ? prefix : '';
}

/** What stands in a single outermost folder is taken from there. */
export async function withoutOutermost(tree: Tree): Promise<Tree> {
  const items = await tree.list();
  const prefix = outermostOf(items);
  if (prefix === '') return tree;
  return {
    list: async () => items.map((item) => ({ ...item, path: item.path.slice(prefix.length) })),
    read: (path) => tree.read(prefix + path),
  };
}

/** Lists a tree and demands that every name is safe, none comes twice (also not in another case), and all are regular files. */
export async function listSafely(tree: Tree, findings: Findings): Promise<Map<string, number>> {
  const items = await tree.list();
  if (items.length > FILES_LIMIT) throw new ProofError('TREE_TOO_LARGE', `more than ${FILES_LIMIT} files`);
  const sizes = new Map<string, number>();
  const folded = new Set<string>();
  for (const { path, size, kind } of items) {
    findings.demand(isSafePath(path), `unsafe name: ${path.slice(0, 200)}`);
    findings.demand(kind === 'file', `no regular file: ${path}`);
    findings.demand(!folded.has(path.toLowerCase()), `name comes twice: ${path}`);
    folded.add(path.toLowerCase());
    sizes.set(path, size);
  }
  return sizes;
}

/** A whole small file. Throws ProofError `FILE_TOO_LARGE` as soon as more than `limit` bytes come, whatever the list said. */
export async function readSmall(tree: Tree, path: string, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of tree.read(path)) {
    size += part.length;
    if (size > limit) throw new ProofError('FILE_TOO_LARGE', `${path} is larger than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Strict UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProofError('NOT_UTF8', 'not UTF-8', { cause });
  }
}

/** Digests of a file of any size, read once. Throws ProofError `FILE_TOO_LARGE` when more comes than the list said. */
export async function digestsOf(
  tree: Tree,
  path: string,
  listed: number,
  names: readonly DigestName[],
  digest: DigestFactory,
): Promise<{ size: number; digests: Map<DigestName, string> }> {
  const running = names.map((name) => [name, digest(name)] as const);
  let size = 0;
  for await (const part of tree.read(path)) {
    size += part.length;
    if (size > listed) throw new ProofError('FILE_TOO_LARGE', `${path} is larger than it says`);
    for (const [, one] of running) one.update(part);
  }
  return { size, digests: new Map(running.map(([name, one]) => [name, one.hex()])) };
}

/** A small file that must have the digest that a manifest lists for it. */
export async function readListed(
  tree: Tree,
  path: string,
  listed: ReadonlyMap<string, string>,
  limit: number,
): Promise<Uint8Array> {
  const sha256 = listed.get(path);
  if (sha256 === undefined) throw new ProofError('FILE_MISSING', `${path} is not listed`);
  const bytes = await readSmall(tree, path, limit);
  if (sha256Hex(bytes) !== sha256) throw new ProofError('DIGEST_MISMATCH', `${path} is not as listed`);
  return bytes;
}
