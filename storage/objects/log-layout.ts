/**
 * Keys of the logs: `<chain>/log/…`, the chain being an agency or `system`. What lies below `log/` has the layout of C2SP tlog-tiles. Full
 * tiles, full bundles, every signed checkpoint and the anchors are evidence; partial ones, the latest checkpoint and the latest anchored one are work.
 */
import { InvalidKey } from './object-store.ts';

export type LogName =
  | { area: 'tile'; chain: string; path: string }
  | { area: 'checkpoints'; chain: string; size: number }
  | { area: 'checkpoint'; chain: string }
  | { area: 'anchored'; chain: string; part: AnchorPart }
  | ({ area: 'anchors'; chain: string } & AnchorName);

/** A checkpoint as it was anchored, and the proof of its time. */
export type AnchorPart = 'note' | 'tsr';

/** One anchor: the SHA-256 of the note, and for its proof that of the proof too. */
export interface AnchorName {
  size: number;
  note: string;
  tsr?: string;
}

const CHAIN = /^(?:system|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const SHA256 = /^[0-9a-f]{64}$/;
const SIZE = /^(?:0|[1-9]\d{0,15})$/;
/** As signing/tiles.ts writes them: level 0 to 6 or entries, index in groups of three digits, width 1 to 255 when partial. */
const TILE =
  /^tile\/(?:[0-6]|entries)\/(?:x(?!000)\d{3}\/(?:x\d{3}\/){0,4})?\d{3}(?:\.p\/(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/;

/** A hash tile or entry bundle, by its path in tlog-tiles. Throws InvalidKey. */
export function logTileKey(chain: string, path: string): string {
  if (!fits(TILE, path)) throw new InvalidKey('not the path of a tile');
  return `${logPrefix(chain)}${path}`;
}

/** The signed checkpoint of a size, kept for ever. Throws InvalidKey. */
export function keptCheckpointKey(chain: string, size: number): string {
  if (!Number.isSafeInteger(size) || size < 0) throw new InvalidKey('a log has a whole number of entries');
  return `${keptCheckpointPrefix(chain)}${size}`;
}

/** What all such keys of a chain begin with. Throws InvalidKey. */
export const keptCheckpointPrefix = (chain: string): string => `${logPrefix(chain)}checkpoints/`;

/** The checkpoint that was signed last. Throws InvalidKey. */
export const latestCheckpointKey = (chain: string): string => `${logPrefix(chain)}checkpoint`;

/** A checkpoint as it was anchored, cosignatures included, or one of the proofs over it. Throws InvalidKey. */
export function anchorKey(chain: string, { size, note, tsr }: AnchorName): string {
  const right = Number.isSafeInteger(size) && size >= 0 && [note, tsr ?? note].every((digest) => fits(SHA256, digest));
  if (!right) throw new InvalidKey('an anchor is named by a size and digests');
  return `${logPrefix(chain)}anchors/${size}/${note}/${tsr === undefined ? 'checkpoint' : `time-${tsr}.tsr`}`;
}

/** The checkpoint that was anchored last, and its proof: `anchored` and `anchored.tsr` beside `checkpoint`. Throws InvalidKey. */
export const anchoredKey = (chain: string, part: AnchorPart): string =>
  `${logPrefix(chain)}anchored${part === 'tsr' ? '.tsr' : ''}`;

/** Undefined for anything that the functions above do not build. */
export function parseLogKey(key: string): LogName | undefined {
  const [chain = '', log, ...rest] = key.split('/');
  const path = rest.join('/');
  if (!isChain(chain) || log !== 'log') return undefined;
  if (path === 'checkpoint') return { area: 'checkpoint', chain };
  if (fits(TILE, path)) return { area: 'tile', chain, path };
  if (path === 'anchored' || path === 'anchored.tsr')
    return { area: 'anchored', chain, part: path === 'anchored' ? 'note' : 'tsr' };
  const [folder, size = '', ...more] = rest;
  if (folder === 'anchors') return parseAnchor(chain, size, more);
  const kept = folder === 'checkpoints' && more.length === 0 && fits(SIZE, size) && Number.isSafeInteger(Number(size));
  return kept ? { area: 'checkpoints', chain, size: Number(size) } : undefined;
}

/** Signed heads of all chains lie together, so that a start finds them without listing all else. */
export const HEADS_PREFIX = 'heads/';

/** The signed head of a chain, where heads are objects. Throws InvalidKey. */
export function headKey(chain: string): string {
  if (!isChain(chain)) throw new InvalidKey('a head is that of an agency, a lower-case UUID, or system');
  return `${HEADS_PREFIX}${chain}`;
}

/** The chain of a head's key; undefined for anything that `headKey` does not build. */
export function chainOfHead(key: string): string | undefined {
  const chain = key.startsWith(HEADS_PREFIX) ? key.slice(HEADS_PREFIX.length) : '';
  return isChain(chain) ? chain : undefined;
}

function parseAnchor(chain: string, size: string, rest: readonly string[]): LogName | undefined {
  const [note = '', last = '', ...more] = rest;
  const tsr = /^time-([0-9a-f]{64})\.tsr$/.exec(last)?.[1];
  if (more.length > 0 || !fits(SIZE, size) || !Number.isSafeInteger(Number(size)) || !fits(SHA256, note))
    return undefined;
  const name = { area: 'anchors', chain, size: Number(size), note } as const;
  if (last === 'checkpoint') return name;
  return tsr !== undefined && fits(SHA256, tsr) && !last.endsWith('\n') ? { ...name, tsr } : undefined;
}

/** Everything of a log begins so. Throws InvalidKey. */
export function logPrefix(chain: string): string {
  if (!isChain(chain)) throw new InvalidKey('a log is that of an agency, a lower-case UUID, or system');
  return `${chain}/log/`;
}

/** Whether a chain has a name that can stand in a key: that of an agency, or `system`. */
export const isChain = (chain: string): boolean => fits(CHAIN, chain);

/** `$` alone would let a line end pass. */
const fits = (form: RegExp, text: string) => form.test(text) && !text.endsWith('\n');
