import { stat } from 'node:fs/promises';
import { type Tree, withoutOutermost } from '../signing/tree.ts';
import { folderTree } from './tree-folder.ts';
import { openZipTree } from './tree-zip.ts';

/** Opens a folder or a zip as a tree of files; an outermost folder is left out. */
export async function openTree(path: string): Promise<{ tree: Tree; close: () => Promise<void> }> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder) return { tree: await withoutOutermost(folderTree(path)), close: async () => {} };
  const zip = await openZipTree(path);
  return { tree: await withoutOutermost(zip), close: zip.close };
}
