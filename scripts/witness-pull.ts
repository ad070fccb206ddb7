import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { readText, replaceText } from '../server/durable-text.ts';
import type { Witness } from '../server/witness/witness.ts';
import { formatAddCheckpoint } from '../signing/add-checkpoint.ts';
import { readCheckpoint } from '../signing/checkpoint.ts';
import { sha256Hex } from '../signing/digest.ts';
import { readVerifierKey, signatureTypes } from '../signing/note.ts';
import { tileReader } from '../signing/tile-reader.ts';
import { TILE_WIDTH, type TilePlace, tilePath } from '../signing/tiles.ts';
import { proveConsistency } from '../signing/tree-proof.ts';
import type { LogSource } from './log-source.ts';

const PERIOD_MS = 60_000;
/** Bytes of a hash in a tile. */
const HASH = 32;

/** The key of a log that is served: as it was when it was first looked at, whatever is served later. */
export async function pinnedKey(state: string, url: string, source: LogSource): Promise<string> {
  const file = `${sha256Hex(Buffer.from(url))}.vkey`;
  const pinned = await readText(state, file);
  if (pinned !== undefined) return pinned.trim();
  const served = await source('log.vkey');
  if (!served) throw new Error(`${url} gives no log.vkey: name the key by --log`);
  const vkey = Buffer.from(served).toString('utf8').trim();
  readVerifierKey(vkey, signatureTypes.log);
  process.stdout.write(`首次采信 taken at first sight, compare: ${vkey}\n`);
  await replaceText(state, file, `${vkey}\n`);
  return vkey;
}

/** Looks at a log once a minute until `stopped`: for logs that are served (LOG_PUBLIC) and do not ask by themselves. */
export async function pullAgain(
  witness: Witness,
  source: LogSource,
  logger: Logger,
  stopped: AbortSignal,
): Promise<void> {
  while (!stopped.aborted) {
    await pull(witness, source).catch((error) => logger.warn({ err: error }, 'a log could not be witnessed'));
    await sleep(PERIOD_MS, undefined, { signal: stopped }).catch(() => {});
  }
}

/** Fetches a log's checkpoint and what proves it, and has it judged as if the log had sent it. Throws when it is not cosigned. */
export async function pull(witness: Witness, source: LogSource): Promise<void> {
  const bytes = await source('checkpoint');
  if (!bytes) throw new Error('no checkpoint is there');
  const note = Buffer.from(bytes).toString('utf8');
  const { origin, size } = readCheckpoint(note);
  const read = tileReader((place) => hashes(source, place), size);
  const ask = async (old: number) => {
    const proof = old > 0 && old <= size ? await proveConsistency(read, old, size) : [];
    return await witness.add(formatAddCheckpoint({ old, proof, note }));
  };
  const first = await ask(0);
  const answer = 'size' in first ? await ask(first.size) : first;
  if (answer.status !== 200)
    throw new Error(`${origin} of ${size} entries: ${answer.status} ${JSON.stringify(answer)}`);
}

/** A partial tile that filled up meanwhile is gone: the full one begins with the same hashes (C2SP tlog-tiles). */
async function hashes(source: LogSource, place: TilePlace): Promise<Uint8Array> {
  const bytes = (await source(tilePath(place))) ?? (await source(tilePath({ ...place, width: TILE_WIDTH })));
  if (!bytes) throw new Error(`${tilePath(place)} is not there`);
  return bytes.subarray(0, place.width * HASH);
}
