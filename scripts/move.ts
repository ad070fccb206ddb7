import { parseArgs } from 'node:util';
import { termRulesOf } from '../server/archive/terms.ts';
import { type Config, readConfig } from '../server/config.ts';
import { isServed } from '../server/duty.ts';
import { openDatabase, openObjects } from '../server/engines.ts';
import { LedgerDiffers } from '../server/ledger/append-rest.ts';
import type { Finding } from '../server/ledger/finding.ts';
import { readMasterKey } from '../server/master-key.ts';
import { move, type Side } from '../server/move/move.ts';
import { placeOf, setPlace } from '../server/move/place.ts';
import { MoveRefused } from '../server/move/refused.ts';
import { policySet } from '../server/policy/policy-set.ts';
import { lockDataDir } from '../storage/lock.ts';
import type { Command } from './command.ts';
import { check } from './fsck.ts';
import { masterKeyOf, PlaceUnclear, placeSettings } from './move-places.ts';
import { progressBar } from './progress.ts';

type Env = Record<string, string | undefined>;

export const command: Command = {
  summary: {
    zh: '将整套系统迁往另一引擎：文件夹与服务器之间，任一方向',
    en: 'Moves an installation between folders and servers, either way',
  },
  usage: `npx tiezheng move --from PLACE [--from-objects URL] --to PLACE [--to-objects URL]
npx tiezheng move --give-up --from PLACE [--from-objects URL]

PLACE           a data folder, or mongodb://… with the s3:// address of the objects beside it; @FILE: the address is in that file
--give-up       the source of a move that was cut short may be served again

Stop the service in both places first. Every entry and every digest is checked; at the end comes all of fsck on the target, then the source
refuses to be served. Cut short, it is run again. MASTER_KEY_FILE names the master key, which is not moved.

Exit codes: 0 it lives there now, 1 refused, 2 not understood.`,
  besideServer: false,
  async run(args, env) {
    try {
      const { values } = parseArgs({ args, options });
      const { from, to } = values;
      if (from === undefined || (to === undefined) !== (values['give-up'] ?? false)) throw new PlaceUnclear(this.usage);
      const source = placeSettings(env, from, values['from-objects']);
      if (to === undefined) return await giveUp(source);
      return await moveBetween(source, placeSettings(env, to, values['to-objects']));
    } catch (error) {
      const misused =
        error instanceof PlaceUnclear || String((error as { code?: unknown }).code).startsWith('ERR_PARSE');
      if (!misused && !(error instanceof MoveRefused || error instanceof LedgerDiffers)) throw error;
      process.stderr.write(`tiezheng: ${(error as Error).message}\n`);
      return misused ? 2 : 1;
    }
  },
};

const text = { type: 'string' } as const;
const options = {
  from: text,
  'from-objects': text,
  to: text,
  'to-objects': text,
  'give-up': { type: 'boolean' },
} as const;

async function moveBetween(source: Env, target: Env): Promise<number> {
  const [from, to] = [readConfig({ ...source, OBJECT_LOCK: 'off' }), readConfig(target)];
  const key = masterKeyOf(from);
  readMasterKey(key);
  return await held(from, false, (left) =>
    held(to, true, async (right) => {
      let end = () => {};
      const part = (name: string, total?: number) => {
        end();
        const bar = progressBar(name, total);
        end = () => bar.end();
        return bar.add;
      };
      const checked = async () => {
        end();
        return (await check({ ...target, MASTER_KEY_FILE: key }, show)).faults;
      };
      const alone = async () => {
        for (const side of [left, right]) await demandAlone(side);
      };
      await alone();
      const terms = termRulesOf({ policy: policySet, config: to });
      const trees = await move({ from: left, to: right, terms, check: checked, part, alone });
      for (const [chain, { size, root }] of trees)
        process.stdout.write(`${size}\t${Buffer.from(root).toString('base64')}\t${chain}\n`);
      process.stdout.write(`已迁移 moved. 启动时 to start: MASTER_KEY_FILE=${key}\n`);
      return 0;
    }),
  );
}

const show = ({ grade, where, what }: Finding) => {
  if (grade === 'fault') process.stdout.write(`✗ ${where}: ${what}\n`);
};

function giveUp(source: Env): Promise<number> {
  return held(readConfig({ ...source, OBJECT_LOCK: 'off' }), false, async (side) => {
    await demandAlone(side);
    const { documents } = side;
    if ((await placeOf(documents))?.state !== 'leaving') throw new MoveRefused('no move from there was cut short');
    await setPlace(documents, undefined);
    process.stdout.write('可以继续在原处运行 it may be served there again\n');
    return 0;
  });
}

/** A data folder is locked as long as it is held; who serves a database server is found out. Throws MoveRefused. */
async function demandAlone({ shared, documents }: Side): Promise<void> {
  if (shared && (await isServed(documents)))
    throw new MoveRefused('a service runs on it: stop all of its processes first');
}

/** Opens a place; a data folder while nobody serves it. Throws DataDirLocked, MoveRefused. */
async function held<T>(config: Config, mayBegin: boolean, work: (side: Side) => Promise<T>): Promise<T> {
  const lock = config.DATABASE_URL === undefined ? lockDataDir(config.DATA_DIR) : undefined;
  const objects = openObjects(config, () => new Date());
  try {
    const database = await openDatabase(config, async () => {
      if (!mayBegin) throw new MoveRefused('the source holds no installation');
    });
    try {
      await objects.prepareObjects();
      return await work({ ...objects, ...database });
    } finally {
      await database.closeDatabase();
    }
  } finally {
    objects.closeObjects();
    lock?.release();
  }
}
