import { stat } from 'node:fs/promises';
import type { Tree } from '../signing/verifier.ts';
import { folderTree } from './tree-folder.ts';
import { openZipTree } from './tree-zip.ts';

/** Opens a folder or a zip as a tree of files. A bag that stands in a single outermost folder is taken from there (RFC 8493 section 4). */
export async function openTree(path: string): Promise<{ tree: Tree; close: () => void }> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder) return { tree: await withoutOutermost(folderTree(path)), close: () => {} };
  const zip = await openZipTree(path);
  return { tree: await withoutOutermost(zip), close: zip.close };
}

async function withoutOutermost(tree: Tree): Promise<Tree> {
  const items = await tree.list();
  const first = items[0]?.path ?? '';
  const prefix = first.slice(0, first.indexOf('/') + 1);
  const signs = [`${prefix}bagit.txt`, `${prefix}manifest.json`];
  if (prefix === '' || !items.every(({ path }) => path.startsWith(prefix))) return tree;
  if (!items.some(({ path }) => signs.includes(path))) return tree;
  return {
    list: async () => items.map((item) => ({ ...item, path: item.path.slice(prefix.length) })),
    read: (path) => tree.read(prefix + path),
  };
}
