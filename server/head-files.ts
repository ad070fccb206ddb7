import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeadStore } from './ledger/heads.ts';

/** Signed heads as files beside the database: `<dir>/<chain>`, replaced atomically and durably. */
export function headFiles(dir: string): HeadStore {
  return {
    async chains() {
      try {
        return (await readdir(dir)).filter((name) => !name.startsWith('.'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    },
    async read(chain) {
      try {
        return await readFile(join(dir, chain), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(chain, note) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const next = join(dir, `.${chain}.next`);
      const file = await open(next, 'w', 0o600);
      try {
        await file.writeFile(note);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, join(dir, chain));
      const folder = await open(dir, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
  };
}
