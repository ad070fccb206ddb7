import { readdir } from 'node:fs/promises';
import { isCode } from '../../storage/objects/durable.ts';
import { readText, replaceText } from '../durable-text.ts';
import type { HeadStore } from './heads.ts';

/** Signed heads as files beside the database: `<dir>/<chain>`, replaced atomically and durably. */
export function headFiles(dir: string): HeadStore {
  return {
    async chains() {
      try {
        return (await readdir(dir)).filter((name) => !name.startsWith('.'));
      } catch (error) {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
    read: (chain) => readText(dir, chain),
    write: (chain, note) => replaceText(dir, chain, note),
  };
}
