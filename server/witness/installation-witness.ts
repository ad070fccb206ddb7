import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Config, ConfigFaults, witnessLogsOf } from '../config.ts';
import { openWitnessKeyFile } from './key-file.ts';
import { witnessStates } from './states.ts';
import { Witness } from './witness.ts';

interface Parts {
  config: Config;
  logger: Logger;
  now: () => Date;
  random: (size: number) => Uint8Array;
  point: (name: string) => void;
}

/**
 * The installation as a witness of the logs named in WITNESS_LOGS; undefined when there are none. Key and state lie together in
 * `DATA_DIR/witness/`, outside database and stores: what is lost together cannot be restored apart. Throws ConfigFaults.
 */
export async function openWitness({ config, logger, now, random, point }: Parts): Promise<Witness | undefined> {
  const logs = witnessLogsOf(config);
  if (logs.length === 0) return undefined;
  const dir = join(config.DATA_DIR, 'witness');
  const key = await openWitnessKeyFile(join(dir, 'witness.key'), undefined, random);
  try {
    return new Witness({ key, logs, states: witnessStates(join(dir, 'logs')), now, logger, point });
  } catch (error) {
    throw new ConfigFaults([`WITNESS_LOGS: ${(error as Error).message}`]);
  }
}
