import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A path of the repository. */
export const at = (...parts: string[]) => join(root, ...parts);

/** SHA-256 (hex) of these files and of all under these folders, with their names, and of the lock file. Types that are made are no source. */
export async function digestOf(sources: readonly string[]): Promise<string> {
  const digest = createHash('sha256');
  for (const path of (await Promise.all([...sources, 'package-lock.json'].map(filesOf))).flat()) {
    if (!path.endsWith('.d.ts')) digest.update(`${path}\n`).update(await readFile(at(path)));
  }
  return digest.digest('hex');
}

async function filesOf(source: string): Promise<string[]> {
  if ((await stat(at(source))).isFile()) return [source];
  const entries = await readdir(at(source), { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length)).sort();
}
