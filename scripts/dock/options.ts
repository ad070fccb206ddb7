import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RateLimit, readLimits } from './rate-limits.ts';

export interface Options {
  watch: string;
  url: string;
  tokenFile: string;
  /** The token may go to another machine without TLS. */
  insecureHttp: boolean;
  once: boolean;
  dryRun: boolean;
  erase: boolean;
  limits: RateLimit[];
  state: string;
  trust: string | undefined;
  profiles: string | undefined;
  zone: string;
  workers: number;
  everyMs: number;
  settleMs: number;
  patienceMs: number;
  /** Where the status page is served; undefined for nowhere. */
  status: { host: string; port: number } | undefined;
}

export const usage = `npx tiezheng dock --watch DIR --server URL --token-file FILE [--once] [--dry-run] [--erase] [--limit RATES] [--state FILE]
                  [--trust FILE] [--profiles DIR] [--zone ZONE] [--workers N] [--every SECONDS] [--settle SECONDS] [--patience SECONDS] [--status [HOST:]PORT|off]
                  [--insecure-http]

--watch       folder in which cameras are mounted; each folder in it is a card, or it is one itself
--server      address of the service
--token-file  the dock's token
--once        ends when everything is sealed
--dry-run     says what it would do, and does nothing
--erase       takes files off cards, each by a permit that was verified; without it nothing is erased
--limit       bytes a second (16k at least), 4M, or by hours: 08:00-18:00=512k,18:00-08:00=off
--state       what was seen and done, an SQLite file (~/.local/state/tiezheng/dock.db)
--trust       whom receipts and permits must be from (beside the state; made at the first contact: compare it)
--profiles    folder of device profiles, before the built-in ones
--zone        zone of camera clocks and of days (Asia/Shanghai)
--workers     files that are read or brought at a time (4)
--every       seconds between two looks at the cards (5)
--settle      seconds that a file must stay as it is before it is read (2)
--patience    with --once: seconds to wait for a service that does not answer (120)
--status      port, or address on this machine, of the status page; 0 takes a free one (127.0.0.1:3020; off with --once)
--insecure-http  lets the token go over http to another machine: whoever listens on the way has it then`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** Undefined when they are not understood. */
export function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...{ watch: text, server: text, 'token-file': text, limit: text, state: text, trust: text, profiles: text },
        ...{ zone: text, workers: text, every: text, settle: text, patience: text, status: text },
        ...{ once: flag, 'dry-run': flag, erase: flag, 'insecure-http': flag },
      },
    });
    const {
      watch,
      server,
      'token-file': tokenFile,
      limit,
      trust,
      profiles,
      zone = 'Asia/Shanghai',
      once,
      erase,
    } = values;
    const limits = limit === undefined ? [] : readLimits(limit);
    const dryRun = values['dry-run'];
    const [workers, every, settle, patience] = [
      ...[number(values.workers, 4), number(values.every, 5), number(values.settle, 2), number(values.patience, 120)],
    ];
    const status = readAddress(values.status ?? (once ? 'off' : '127.0.0.1:3020'));
    Intl.DateTimeFormat('en', { timeZone: zone });
    const named = dryRun || (isAddress(server) && tokenFile !== undefined);
    if (watch === undefined || !named || !limits || status === null) return undefined;
    if (![workers, every, settle, patience].every((value) => value! >= 0) || workers! < 1) return undefined;
    const state = values.state ?? join(homedir(), '.local', 'state', 'tiezheng', 'dock.db');
    return {
      ...{
        watch,
        url: server ?? '',
        tokenFile: tokenFile ?? '',
        insecureHttp: values['insecure-http'],
        once,
        dryRun,
        erase,
        limits,
        state,
        trust,
        profiles,
        zone,
      },
      ...{ workers: workers!, everyMs: every! * 1000, settleMs: settle! * 1000, patienceMs: patience! * 1000, status },
    };
  } catch {
    return undefined;
  }
}

const isAddress = (given: string | undefined): boolean =>
  given !== undefined && URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);

const number = (given: string | undefined, otherwise: number) => (given === undefined ? otherwise : Number(given));

/** Undefined for `off`, null for what is no address of this machine. */
function readAddress(given: string): Options['status'] | null {
  if (given === 'off') return undefined;
  const [, host = '127.0.0.1', port = '65536'] =
    /^(?:(127(?:\.\d{1,3}){3}|localhost|\[::1\]):)?(\d{1,5})$/.exec(given) ?? [];
  return Number(port) > 65535 ? null : { host: host.replace(/[[\]]/g, ''), port: Number(port) };
}
