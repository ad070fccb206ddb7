import { decodeEntry, ENTRY_LIMIT, type Entry, GENESIS_PREV, leafHash } from './chain.ts';
import { type CheckLine, check, type Findings } from './checklist.ts';
import { demandInLog, openSignedLog, type SignedLog } from './log-trust.ts';
import { CompactRange } from './merkle.ts';
import { openEntryFields, readEntryKey, type Sealing, sealingOf } from './open-entry.ts';
import { packagePaths as at, entryPath, proofPath, seqOfEntryPath, seqOfProofPath } from './package-layout.ts';
import { ProofError } from './proof-error.ts';
import { readListed, textOf } from './tree.ts';
import { demandAnchor } from './verify-anchor.ts';
import type { Bag } from './verify-package.ts';
import { type SignedEvent, signedTypes } from './verify-personal.ts';

/** What the entries of a package say. */
export interface Ledger {
  chain: string | undefined;
  /** By record id. */
  sealings: ReadonlyMap<string, Sealing>;
  /** Streams whose last event ends their readable life. */
  disposed: ReadonlySet<string>;
  /** Events with a personal signature, of the entries that could be opened. */
  signed: readonly SignedEvent[];
}

const TAG_LIMIT = 64 * 1_048_576;

/** Entries, one after another in the order of the chain; only what later checks need is kept. */
export async function* verifyEntries(bag: Bag): AsyncGenerator<CheckLine, Ledger> {
  const seqs = [...bag.payload.keys()]
    .map(seqOfEntryPath)
    .filter((seq) => seq !== undefined)
    .sort((a, b) => a - b);
  const walk = new EntryWalk();

  const entries = await check(
    [
      'ledger.entries',
      '账本条目格式规范，前后相接，各流版本连续',
      'ledger entries are in their exact form, linked, and no version is missing',
    ],
    async (findings) => {
      findings.demand(seqs.length > 0, 'there are no entries');
      for (const seq of seqs) {
        await findings.within(entryPath(seq), async () => {
          const bytes = await readListed(bag.tree, entryPath(seq), bag.payload, ENTRY_LIMIT);
          walk.take(seq, decodeEntry(bytes), leafHash(bytes));
        });
      }
      findings.note(`${seqs.length} 条 entries`);
    },
  );
  yield entries.line;

  const opened = await check(
    [
      'ledger.keys',
      '条目密钥与承诺相符，个人信息字段可以解密',
      'entry keys are those committed to and open every personal field',
    ],
    (findings) => demandOpen(bag, seqs, walk, findings),
  );
  yield opened.line;

  const head = await check(
    [
      'ledger.checkpoint',
      '账本检查点签名有效，条目均在其内',
      'the checkpoint of the ledger is signed and covers the entries',
    ],
    async (findings) => {
      const text = async (path: string) => textOf(await readListed(bag.tree, path, bag.tags, ENTRY_LIMIT));
      const keys = { given: bag.vkey, inside: await text(at.logVerifier), witnesses: bag.witnesses };
      const log = openSignedLog(await text(at.checkpoint), keys, walk.chain, findings);
      const { origin, size, root } = log;
      findings.demand((seqs.at(-1) ?? 0) < size, `entry ${seqs.at(-1)} is beyond its ${size} entries`);
      findings.note(`${origin}, ${size}`);
      if (walk.tree?.size === size) {
        findings.demand(Buffer.compare(walk.tree.root(), root) === 0, 'the entries do not have its root');
      } else {
        findings.note('包内非全部条目，未重算树根 not every entry of the ledger is here: its root was not recomputed');
      }
      return log;
    },
  );
  yield head.line;
  const log = head.value;

  const anchored = await check(
    ['ledger.anchor', '账本检查点的时间戳（若有）有效', 'the time stamp of the checkpoint, if any, holds'],
    async (findings) => {
      if (!log) return;
      const there = bag.tags.has(at.checkpointTime);
      const tsr = there ? await readListed(bag.tree, at.checkpointTime, bag.tags, ENTRY_LIMIT) : undefined;
      demandAnchor(log, tsr, bag.believed, findings);
    },
  );
  if (log) yield anchored.line;

  const proven = await check(
    [
      'ledger.proofs',
      '每个条目均有账本包含证明，指向同一检查点',
      'the log holds every entry: each has an inclusion proof to that one checkpoint',
    ],
    (findings) => demandProven(bag, seqs, log, findings),
  );
  yield proven.line;
  return { chain: walk.chain, sealings: walk.sealings, disposed: walk.disposed, signed: opened.value ?? [] };
}

class EntryWalk {
  chain: string | undefined;
  readonly sealings = new Map<string, Sealing>();
  readonly disposed = new Set<string>();
  /** The tree so far, while no entry from 0 on was missing. */
  tree: CompactRange | undefined = new CompactRange();
  /** By seq, of entries with a personal signature: leaf hash, hex, of the entry before in the stream. */
  readonly before = new Map<number, string>();
  readonly #streams = new Map<string, { version: number; hash: string }>();
  #last: { seq: number; hash: string; time: string } | undefined;

  /** Takes the next entry; throws ProofError `ENTRY_CHAIN` when it does not fit those before. */
  take(seq: number, entry: Entry, hash: Uint8Array): void {
    const before = this.#last;
    this.#last = { seq, hash: Buffer.from(hash).toString('hex'), time: entry.time };
    const earlier = this.#streams.get(entry.stream);
    this.#streams.set(entry.stream, { version: entry.version, hash: this.#last.hash });
    if (this.tree?.size === seq) this.tree.append(hash);
    else this.tree = undefined;
    this.chain ??= entry.chain;
    const version = (earlier?.version ?? 0) + 1;
    demand(entry.seq === seq, `its seq is ${entry.seq}`);
    demand(entry.chain === this.chain, 'it is of another chain');
    demand(before === undefined || entry.time >= before.time, 'it is older than the one before');
    const prev = seq === 0 ? GENESIS_PREV : before?.seq === seq - 1 ? before.hash : entry.prev;
    demand(entry.prev === prev, 'it does not follow the one before');
    demand(entry.version === version, `version ${entry.version} of ${entry.stream}, not ${version}`);
    demand(!this.disposed.has(entry.stream), `${entry.stream} goes on after its disposal`);
    if (entry.events.some(isSigned)) this.before.set(seq, earlier?.hash ?? '');
    this.#note(entry);
  }

  #note(entry: Entry): void {
    if (entry.events.some(({ type }) => type.endsWith('.disposed'))) this.disposed.add(entry.stream);
    const sealing = sealingOf(entry);
    if (!sealing) return;
    demand(entry.stream.startsWith('record/'), 'only records are sealed');
    const record = entry.stream.slice('record/'.length);
    demand(!this.sealings.has(record), `${record} is sealed twice`);
    this.sealings.set(record, sealing);
  }
}

async function demandProven(bag: Bag, seqs: readonly number[], log: SignedLog | undefined, findings: Findings) {
  if (!log) throw new ProofError('LOG_OTHER', 'there is no checkpoint to prove it to');
  const proofs = new Set([...bag.tags.keys()].map(seqOfProofPath).filter((seq) => seq !== undefined));
  for (const seq of seqs) {
    proofs.delete(seq);
    await findings.within(proofPath(seq), async () => {
      const entry = await readListed(bag.tree, entryPath(seq), bag.payload, ENTRY_LIMIT);
      const proof = textOf(await readListed(bag.tree, proofPath(seq), bag.tags, ENTRY_LIMIT));
      demandInLog(proof, { seq, entry }, log);
    });
  }
  for (const seq of proofs) findings.fault(`a proof without an entry: ${proofPath(seq)}`);
  findings.note(`${seqs.length} 条 entries, ${log.size}`);
}

async function demandOpen(
  bag: Bag,
  seqs: readonly number[],
  { disposed, before }: EntryWalk,
  findings: Findings,
): Promise<SignedEvent[]> {
  const keys = JSON.parse(textOf(await readListed(bag.tree, at.keys, bag.tags, TAG_LIMIT))) as unknown;
  if (keys === null || typeof keys !== 'object' || Array.isArray(keys))
    throw new ProofError('ENTRY_KEY', 'ledger/keys.json is no object');
  const bySeq = new Map<string, unknown>(Object.entries(keys));
  const signed: SignedEvent[] = [];
  let closed = 0;
  for (const seq of seqs) {
    await findings.within(entryPath(seq), async () => {
      const entry = decodeEntry(await readListed(bag.tree, entryPath(seq), bag.payload, ENTRY_LIMIT));
      const key = bySeq.get(String(seq));
      bySeq.delete(String(seq));
      if (key === undefined && disposed.has(entry.stream)) closed += 1;
      else signed.push(...signedEvents(seq, entry, openEntryFields(entry, readEntryKey(key)), before.get(seq) ?? ''));
    });
  }
  for (const seq of bySeq.keys()) findings.fault(`a key without an entry: ${seq.slice(0, 40)}`);
  if (closed > 0) findings.note(`${closed} 个条目的密钥已依法销毁 entries whose keys were destroyed at disposal`);
  return signed;
}

const isSigned = ({ type, data }: Entry['events'][number]) =>
  Object.hasOwn(signedTypes, type) && (data as { signature?: unknown }).signature !== undefined;

const signedEvents = (seq: number, entry: Entry, events: Entry['events'], before: string): SignedEvent[] =>
  events.filter(isSigned).map(({ type, data }) => ({
    ...{ seq, stream: entry.stream, version: entry.version, actor: entry.actor.id, before, type },
    data: data as SignedEvent['data'],
  }));

function demand(holds: boolean, reason: string): void {
  if (!holds) throw new ProofError('ENTRY_CHAIN', reason);
}
