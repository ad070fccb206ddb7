import { type Checkpoint, openCheckpoint } from '../../signing/checkpoint.ts';
import { parseKeyFileName } from '../../storage/objects/key-layout.ts';
import { parseLogKey } from '../../storage/objects/log-layout.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { LogStore } from '../log/log-store.ts';
import type { ObjectStores } from './read-log.ts';

/** The last checkpoint of every chain that the stores know of; chains without one are told. */
export async function readCheckpoints(
  stores: ObjectStores,
  verifier: string,
  tell: (finding: Finding) => void,
): Promise<Map<string, Checkpoint>> {
  const checkpoints = new Map<string, Checkpoint>();
  for (const chain of await chainsIn(stores)) {
    const checkpoint = await lastCheckpoint(stores, chain, verifier, tell);
    if (checkpoint) checkpoints.set(chain, checkpoint);
    else tell(fault(`log of ${chain}`, 'there is no checkpoint of it: nothing of the chain is restored'));
  }
  return checkpoints;
}

async function chainsIn({ evidence, work }: ObjectStores): Promise<string[]> {
  const chains = new Set<string>();
  for (const store of [evidence, work]) {
    for await (const { key } of store.list('')) {
      const chain = parseLogKey(key)?.chain ?? chainOfKeys(key);
      if (chain) chains.add(chain);
    }
  }
  return [...chains].sort();
}

function chainOfKeys(key: string): string | undefined {
  const name = parseKeyFileName(key);
  return name && 'chain' in name ? name.chain : undefined;
}

/** The last checkpoint of a chain that its key has signed. */
async function lastCheckpoint(
  { evidence, work }: ObjectStores,
  chain: string,
  verifier: string,
  tell: (finding: Finding) => void,
): Promise<Checkpoint | undefined> {
  const log = new LogStore(evidence, work);
  const found: Checkpoint[] = [];
  for (const [name, note] of [
    ['kept', await log.lastKept(chain)],
    ['latest', await log.latest(chain)],
  ] as const) {
    if (note === undefined) continue;
    try {
      found.push(openCheckpoint(note, verifier, chain));
    } catch (error) {
      tell(fault(`log of ${chain}`, `its ${name} checkpoint cannot be trusted: ${(error as Error).message}`));
    }
  }
  return found.sort((a, b) => b.size - a.size)[0];
}
