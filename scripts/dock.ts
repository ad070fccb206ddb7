import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { BackOff } from '../server/back-off.ts';
import type { Command } from './command.ts';
import { type Agent, Contact } from './dock/agent.ts';
import { Away, DockApi, Refused } from './dock/api.ts';
import { dryRun } from './dock/dry-run.ts';
import { DOCK_EXIT } from './dock/exit-codes.ts';
import { Meter } from './dock/meter.ts';
import { type Options, readOptions, usage } from './dock/options.ts';
import { loadProfiles, ProfileRefused } from './dock/profile.ts';
import { Throttle } from './dock/rate-limits.ts';
import { jsonLines, plainLines, progressBars } from './dock/reporter.ts';
import { run } from './dock/run.ts';
import { DockState, type FileState } from './dock/state.ts';
import { statusOf, type Watched } from './dock/status.ts';
import { serveStatus } from './dock/status-server.ts';
import { TrustRefused } from './dock/trust.ts';
import { goesInClear, IN_CLEAR, readToken } from './token.ts';

export const command: Command = {
  summary: {
    zh: '采集站：把执法记录仪存储卡上的文件采集、固化，凭许可清除',
    en: 'A docking station: brings what is on camera cards, and takes it off them by permit only',
  },
  usage,
  besideServer: true,
  async run(args, env) {
    const options = readOptions(args);
    if (!options) {
      process.stderr.write(`${usage}\n`);
      return DOCK_EXIT.usage;
    }
    if (!options.dryRun && !options.insecureHttp && goesInClear(options.url)) {
      process.stderr.write(`tiezheng dock: ${IN_CLEAR}\n`);
      return DOCK_EXIT.usage;
    }
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
    try {
      return await dock(options, env.CREDENTIALS_DIRECTORY, interrupted.signal);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      process.stderr.write(`tiezheng dock: ${(error as Error).message}\n`);
      return code;
    }
  },
};

function codeOf(error: unknown): number | undefined {
  if (error instanceof ProfileRefused) return DOCK_EXIT.usage;
  if (error instanceof Away) return DOCK_EXIT.away;
  if (error instanceof Refused || error instanceof TrustRefused) return DOCK_EXIT.refused;
  if (isNamed(error)) return DOCK_EXIT.missing;
  if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') return undefined;
  return (error as { errcode?: number }).errcode === SQLITE_BUSY ? DOCK_EXIT.inUse : DOCK_EXIT.state;
}

const SQLITE_BUSY = 5;

/** A folder or file of the command line is not there, or not ours to read. */
const isNamed = (error: unknown): boolean => error instanceof Error && 'syscall' in error && 'path' in error;

/** @param credentials folder of systemd's credentials, whose files it opens to the service's user by a list that looks like the group's. */
async function dock(options: Options, credentials: string | undefined, stopping: AbortSignal): Promise<number> {
  const now = () => new Date();
  const { stdout } = process;
  const profiles = loadProfiles(options.profiles);
  const { watch, zone, erase } = options;
  readdirSync(watch);
  if (options.dryRun) {
    const { tell } = stdout.isTTY ? plainLines(stdout) : jsonLines(stdout, now);
    await dryRun(watch, profiles, zone, tell);
    return DOCK_EXIT.done;
  }
  const { token, exposed } = readToken(options.tokenFile);
  const api = new DockApi(options.url, token, stopping);
  const throttle = new Throttle(options.limits, zone, now, stopping);
  const cards: Agent['cards'] = new Map();
  const meter = new Meter(now);
  // State and pins name files and whom to believe: nobody else's to read or to change.
  process.umask(0o077);
  const state = new DockState(options.state);
  const watched = {
    ...{ state, cards, meter, now, erase },
    startedAt: now(),
    origin: api.origin,
    limit: throttle.rate,
  };
  const reporter = stdout.isTTY ? progressBars(() => statusOf(watched), stdout) : jsonLines(stdout, now);
  const tell: Agent['tell'] = (event, data) => {
    meter.tell(event, data);
    reporter.tell(event, data);
  };
  const kept = credentials !== undefined && options.tokenFile.startsWith(credentials + sep);
  if (exposed && !kept) tell('token-exposed', { file: options.tokenFile });
  const page = options.status && (await openPage(options.status, watched, tell));
  try {
    const agent: Agent = {
      ...{ api, state, profiles, watch, zone, now, tell, stopping, erase, cards, throttle },
      settleMs: options.settleMs,
      backOff: new BackOff(now, { firstMs: 1000, jitter: Math.random }),
      contact: new Contact(api, options.trust ?? `${options.state}.trust`, tell),
    };
    await run(agent, options, stopping);
    const count = (each: FileState) => state.count([...cards.keys()], [each]);
    const ends = ['erasable', 'kept', 'erased', 'quarantined', 'failed'] as const;
    tell('done', { cards: cards.size, ...Object.fromEntries(ends.map((each) => [each, count(each)])) });
    return count('failed') + count('quarantined') > 0 ? DOCK_EXIT.attention : DOCK_EXIT.done;
  } finally {
    page?.close();
    reporter.end();
    state.close();
  }
}

/** Without a page cards are brought all the same. */
async function openPage(where: NonNullable<Options['status']>, watched: Watched, tell: Agent['tell']) {
  try {
    const page = await serveStatus(where, () => statusOf(watched));
    tell('status', { url: page.url });
    return page;
  } catch (error) {
    tell('no-status', { why: (error as Error).message });
    return undefined;
  }
}
