import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LogAudit, readAuditState } from '../signing/audit.ts';
import { check } from '../signing/checklist.ts';
import { type Checkpoint, verifyCheckpoint } from '../signing/checkpoint.ts';
import { demandCosigned } from '../signing/log-trust.ts';
import { readBundle, TILE_WIDTH, tilePath } from '../signing/tiles.ts';
import { readAnchored } from './anchored.ts';
import type { Command } from './command.ts';
import { type LogSource, logSource } from './log-source.ts';
import { progressBar } from './progress.ts';
import { goesInClear, IN_CLEAR, readToken } from './token.ts';
import { readVerifierKey } from './verify.ts';

const SAVE_MS = 10_000;
/** Bundles that are fetched before they are needed. */
const AHEAD = 8;

export interface AuditOptions {
  /** The log's verifier key, or the file that holds it; without it the one beside the checkpoint is used. */
  vkey?: string | undefined;
  /** File that remembers how far the audit came. */
  state?: string | undefined;
  /** Verifier keys of witnesses that must have cosigned the checkpoint, or files that hold them. */
  witnesses?: readonly string[];
  /** PEM file of the certificates that the time stamp of the anchored checkpoint is verified under. */
  trust?: string | undefined;
}

export interface Audited extends Checkpoint {
  /** Entries that were taken from the state file's audit, not read again. */
  from: number;
  /** Whether the key came with the log. */
  trusted: boolean;
  /** Whose cosignatures were found under the checkpoint, and what of its anchor. */
  notes: readonly string[];
}

export const command: Command = {
  summary: { zh: '审计账本：由条目包重算整棵树', en: 'Audits a log: recomputes the tree from its entry bundles' },
  usage: `npx tiezheng audit URL|DIR [--vkey KEY] [--witness KEY]... [--trust CA.pem] [--state FILE] [--token-file FILE]
                    [--insecure-http]

URL|DIR   a log in the layout of C2SP tlog-tiles, entry bundles included
--vkey    its verifier key, or a file that holds it, from another channel; else DIR/log.vkey
--witness verifier key of a witness that must have cosigned, or a file that holds it; may come several times
--trust   certificates of the authority that stamped the checkpoint in the file anchored; without it that is not verified
--state   goes on from where the last audit with this file stopped
--token-file  an auditor's token for the log, sent with every request
--insecure-http  lets the token go over http to another machine: whoever listens on the way has it then

Exit codes: 0 all of it holds, 1 it does not, 2 not understood.`,
  besideServer: true,
  async run(args) {
    const asked = readArgs(args);
    if (!asked) {
      process.stderr.write(`${this.usage}\n`);
      return 2;
    }
    const { place, tokenFile, insecureHttp } = asked;
    if (tokenFile && !insecureHttp && URL.canParse(place) && goesInClear(place)) {
      process.stderr.write(`tiezheng audit: ${IN_CLEAR}\n`);
      return 2;
    }
    try {
      const token = tokenFile && readToken(tokenFile).token;
      const source = logSource(place, token ? { Authorization: `Bearer ${token}` } : {});
      const { origin, size, from, trusted, notes } = await audit(source, asked);
      if (!trusted)
        process.stdout.write('账本公钥取自账本旁 the log key came with the log: give --vkey from another channel\n');
      for (const note of notes) process.stdout.write(`${note}\n`);
      process.stdout.write(`✓ ${origin}: ${size} 条 entries${from > 0 ? ` (${from} 已审 audited before)` : ''}\n`);
      return 0;
    } catch (error) {
      process.stdout.write(`✗ 审计未通过 refused: ${(error as Error).message}\n`);
      return 1;
    }
  },
};

interface Asked extends AuditOptions {
  place: string;
  tokenFile: string | undefined;
  insecureHttp: boolean;
}

function readArgs(args: string[]): Asked | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        vkey: text,
        trust: text,
        state: text,
        witness: { ...text, multiple: true },
        'token-file': text,
        'insecure-http': { type: 'boolean', default: false },
      },
    });
    const [place] = positionals;
    if (place === undefined || positionals.length !== 1) return undefined;
    const { vkey, trust, state, witness: witnesses = [] } = values;
    const { 'token-file': tokenFile, 'insecure-http': insecureHttp } = values;
    return { place, vkey, trust, state, witnesses, tokenFile, insecureHttp };
  } catch {
    return undefined;
  }
}

/** Audits a log up to its checkpoint. Throws ProofError, or what the source throws, at the first thing that does not hold. */
export async function audit(source: LogSource, { vkey, state, witnesses = [], trust }: AuditOptions): Promise<Audited> {
  const given = vkey === undefined ? await textAt(source, 'log.vkey') : await readVerifierKey(vkey);
  const verifier = given.replace(/\n$/, '');
  const anchored = await readAnchored(source, verifier, trust);
  const note = await textAt(source, 'checkpoint');
  const checkpoint = verifyCheckpoint(note, verifier);
  const keys = await Promise.all(witnesses.map(readVerifierKey));
  const { line } = await check(['audit.witnesses', '', ''], (findings) =>
    demandCosigned(note, verifier, keys, findings),
  );
  if (!line.ok) throw new Error(line.detail);
  const saved = state === undefined ? undefined : await readState(state);
  const audited = new LogAudit(checkpoint.origin, saved);
  const from = audited.size;
  if (from > checkpoint.size) {
    throw new Error(`the log went back: ${checkpoint.size} entries, ${from} were audited before`);
  }
  if (anchored) audited.expect(anchored.checkpoint, checkpoint.size);
  await walk(source, audited, checkpoint, async () => {
    if (state !== undefined) await save(state, audited);
  });
  audited.demandRoot(checkpoint);
  if (state !== undefined) await save(state, audited);
  return {
    ...checkpoint,
    from,
    trusted: vkey !== undefined,
    notes: [line.detail, anchored?.words].filter((words) => words !== undefined),
  };
}

async function walk(
  source: LogSource,
  audited: LogAudit,
  { size }: Checkpoint,
  save: () => Promise<void>,
): Promise<void> {
  const bar = progressBar('audit', size);
  bar.add(audited.size);
  const resumed = audited.size;
  const first = Math.floor(resumed / TILE_WIDTH);
  const last = resumed === size ? -1 : Math.floor((size - 1) / TILE_WIDTH);
  const ahead: Promise<Uint8Array[]>[] = [];
  const fetchOne = (index: number) => {
    const next = bundleAt(source, index, size);
    next.catch(() => {});
    ahead.push(next);
  };
  for (let index = first; index < first + AHEAD && index <= last; index++) fetchOne(index);
  let savedAt = Date.now();
  for (let index = first; index <= last; index++) {
    const entries = (await ahead.shift()) as Uint8Array[];
    if (index + AHEAD <= last) fetchOne(index + AHEAD);
    for (const [at, bytes] of entries.entries()) {
      if (index * TILE_WIDTH + at >= resumed) audited.take(bytes);
    }
    bar.add(Math.max(0, index * TILE_WIDTH + entries.length - Math.max(resumed, index * TILE_WIDTH)));
    if (Date.now() - savedAt > SAVE_MS) {
      await save();
      savedAt = Date.now();
    }
  }
  bar.end();
}

/** A log that is read while it grows may have the full bundle already where its checkpoint has a partial one (C2SP tlog-tiles). */
async function bundleAt(source: LogSource, index: number, size: number): Promise<Uint8Array[]> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const path = tilePath({ level: 'entries', index, width });
  const bytes = await source(path);
  if (bytes) return readBundle(bytes, width);
  const full = width < TILE_WIDTH ? await source(tilePath({ level: 'entries', index, width: TILE_WIDTH })) : undefined;
  if (!full) throw new Error(`entry bundle ${path} is not there`);
  return readBundle(full, TILE_WIDTH).slice(0, width);
}

async function textAt(source: LogSource, path: string): Promise<string> {
  const bytes = await source(path);
  if (!bytes) throw new Error(`${path} is not there`);
  return Buffer.from(bytes).toString('utf8');
}

async function readState(path: string) {
  try {
    return readAuditState(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function save(path: string, audited: LogAudit): Promise<void> {
  await writeFile(`${path}.next`, `${JSON.stringify(audited.state())}\n`);
  await rename(`${path}.next`, path);
}
