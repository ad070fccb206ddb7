import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode, makeFolder, syncFolder } from '../storage/objects/durable.ts';

/** The text of a small file; undefined when there is none. */
export async function readText(dir: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Replaces a small file atomically, mode 0600: when it resolves the text outlives a loss of power. One writer a file. */
export async function replaceText(dir: string, name: string, text: string): Promise<void> {
  await makeFolder(dir);
  const next = join(dir, `.${name}.next`);
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, join(dir, name));
  await syncFolder(dir);
}
