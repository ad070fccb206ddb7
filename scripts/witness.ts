import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { loggerOf } from '../server/logger.ts';
import { openWitnessKeyFile } from '../server/witness/key-file.ts';
import { witnessStates } from '../server/witness/states.ts';
import { Witness } from '../server/witness/witness.ts';
import { lockDataDir } from '../storage/lock.ts';
import type { Command } from './command.ts';
import { logSource } from './log-source.ts';
import { pinnedKey, pullAgain } from './witness-pull.ts';
import { witnessServer } from './witness-server.ts';

const LISTEN = '127.0.0.1:3010';

interface Asked {
  logs: string[];
  /** Addresses of logs that are looked at. */
  urls: string[];
  key: string;
  state: string;
  name: string | undefined;
  host: string;
  port: number;
}

export const command: Command = {
  summary: {
    zh: '见证他人的账本：只在账本一致增长时联署其检查点（C2SP tlog-witness）',
    en: 'Witnesses logs of others: cosigns their checkpoints as long as they only grow (C2SP tlog-witness)',
  },
  usage: `npx tiezheng witness --log VKEY|FILE|URL... --key FILE --state DIR [--name NAME] [--listen HOST:PORT]

--log     verifier key of a log, or a file with one on each line; or the address of a log that is served, which is then
          looked at once a minute (its key is taken from there at the first run, printed, and kept in --state; compare it)
          may come several times
--key     the witness's own key; made at the first run, mode 0600
--state   what was cosigned last; who loses it must make a new key
--name    name of a key that is made now
--listen  where POST /add-checkpoint is answered, ${LISTEN} unless given; port 0 takes a free one

The checkpoint cosigned last of a log is at GET /checkpoint/<SHA-256 of its origin, hex>.
Prints the verifier key to be given to logs and verifiers, then serves until SIGTERM.`,
  besideServer: true,
  async run(args, env) {
    const asked = readArgs(args);
    if (!asked) {
      process.stderr.write(`${this.usage}\n`);
      return 2;
    }
    const lock = lockDataDir(asked.state);
    try {
      await serve(asked, env.KILL_POINT);
      return 0;
    } finally {
      lock.release();
    }
  },
};

function readArgs(args: string[]): Asked | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { log: { ...text, multiple: true }, key: text, state: text, name: text, listen: text },
    });
    const { log = [], key, state, name, listen = LISTEN } = values;
    const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:\s]+):(\d{1,5})$/i.exec(listen) ?? [];
    if (log.length === 0 || key === undefined || state === undefined || port === '') return undefined;
    const urls = log.filter(isUrl);
    const logs = log.filter((each) => !isUrl(each)).flatMap(keysIn);
    return { logs, urls, key, state, name, host: host.replace(/[[\]]/g, ''), port: Number(port) };
  } catch {
    return undefined;
  }
}

const isUrl = (given: string) => /^https?:\/\//.test(given);

/** A verifier key as it is written, or the lines of the file that holds some. */
function keysIn(given: string): string[] {
  if (/^\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(given)) return [given];
  return readFileSync(given, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim());
}

async function serve(asked: Asked, killPoint: string | undefined): Promise<void> {
  const { key, state, name, host, port } = asked;
  const logger = loggerOf('info');
  const point = (at: string) => {
    if (at === killPoint) process.kill(process.pid, 'SIGKILL');
  };
  const sources = asked.urls.map((url) => ({ url, source: logSource(url) }));
  const served = await Promise.all(sources.map(({ url, source }) => pinnedKey(state, url, source)));
  const logs = [...new Set([...asked.logs, ...served])];
  const opened = await openWitnessKeyFile(key, name, (size) => randomBytes(size));
  const parts = { key: opened, logs, states: witnessStates(state), now: () => new Date(), logger, point };
  const witness = new Witness(parts);
  const server = witnessServer(witness, logger);
  server.listen(port, host);
  await once(server, 'listening');
  const at = server.address() as AddressInfo;
  process.stdout.write(`${opened.verifier}\n`);
  const address = at.family === 'IPv6' ? `[${at.address}]` : at.address;
  logger.info({ origin: `http://${address}:${at.port}`, logs: logs.length }, 'witnessing');
  const stopped = new AbortController();
  const pulling = sources.map(({ source }) => pullAgain(witness, source, logger, stopped.signal));
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  server.close();
  server.closeIdleConnections();
  stopped.abort();
  await Promise.all([once(server, 'close'), ...pulling]);
}
