import { text } from 'node:stream/consumers';
import { chainOfHead, HEADS_PREFIX, headKey } from '../../storage/objects/log-layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import type { HeadStore } from './heads.ts';

/** Signed heads as objects of the work store, for several processes on several machines. */
export function headObjects(work: ObjectStore): HeadStore {
  return {
    async chains() {
      const chains: string[] = [];
      for await (const { key } of work.list(HEADS_PREFIX)) {
        const chain = chainOfHead(key);
        if (chain !== undefined) chains.push(chain);
      }
      return chains;
    },
    async read(chain) {
      try {
        return await text(await work.get(headKey(chain)));
      } catch (error) {
        if (error instanceof ObjectMissing) return undefined;
        throw error;
      }
    },
    async write(chain, note) {
      await work.put(headKey(chain), Buffer.from(note));
    },
  };
}
