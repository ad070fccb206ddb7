import { LogAudit } from '../../signing/audit.ts';
import { type Entry, entryKey, keyCommitment } from '../../signing/chain.ts';
import type { Checkpoint, LogKey } from '../../signing/checkpoint.ts';
import { ProofError } from '../../signing/proof-error.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { appendRest } from '../ledger/append-rest.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { type HeadStore, openHead, type Signed, signHead } from '../ledger/heads.ts';
import type { KeyRing } from '../ledger/keys.ts';
import { type ObjectStores, readBundles } from './read-log.ts';
import { ObjectUnusable } from './unusable.ts';

interface Parts {
  stores: ObjectStores;
  ledgerStore: LedgerStore;
  keys: KeyRing;
  heads: HeadStore;
  logKey: LogKey;
  tell: (finding: Finding) => void;
  progress: (entries: number) => void;
  /** Sees every entry that is restored. */
  seen: (entry: Entry) => void;
}

const PAGE = 4096;

/**
 * Brings a chain's entries back, each linked to the one before, up to its checkpoint, whose root they must have. The head that is
 * signed is never of fewer entries than the checkpoint: a ledger that lacks some, or has others, is refused by every start. Resolves to the
 * number of entries. Throws LedgerDiffers.
 */
export async function restoreEntries(parts: Parts, chain: string, checkpoint: Checkpoint): Promise<number> {
  const { heads, logKey, tell } = parts;
  const before = await headBefore(parts, chain);
  const { tree, size } = await takeAll(parts, chain, checkpoint, before);
  if (before && before.size > size && size >= checkpoint.size) {
    const lost = `entries ${size} to ${before.size - 1} were lost with the database: they were not published yet, and nothing can bring them back`;
    tell(fault(`chain ${chain}`, lost));
  }
  await heads.write(chain, signHead(logKey, chain, tree.size, tree.root));
  return size;
}

async function takeAll(parts: Parts, chain: string, checkpoint: Checkpoint, before: Signed | undefined) {
  const { stores, ledgerStore, tell, progress, seen } = parts;
  const audited = new LogAudit(checkpoint.origin);
  const { size: there } = await ledgerStore.head(chain);
  let page: StoredEntry[] = [];
  const flush = async () => {
    await appendRest(ledgerStore, page, there);
    page = [];
  };
  let tree: Signed = checkpoint;
  let key = '';
  try {
    for await (const bundle of readBundles(stores, chain, checkpoint.size)) {
      key = bundle.key;
      for (const bytes of bundle.entries) {
        const { entry, hash } = audited.take(bytes);
        if (entry.seq >= checkpoint.size) await demandKey(parts.keys, entry);
        const { seq, stream, version } = entry;
        page.push({ chain, seq, stream, version, hash, bytes, claims: [], releases: [] });
        seen(entry);
        if (audited.size === checkpoint.size) audited.demandRoot(checkpoint);
        if (audited.size === before?.size && Buffer.compare(audited.root(), before.root) !== 0)
          tell(fault(`head ${chain}`, `the first ${before.size} entries are not those of the signed head`));
        if (audited.size >= checkpoint.size) tree = { size: audited.size, root: audited.root() };
      }
      if (page.length >= PAGE) await flush();
      progress(bundle.entries.length);
    }
  } catch (error) {
    if (!(error instanceof ProofError) && !(error instanceof ObjectUnusable)) throw error;
    const object = error instanceof ObjectUnusable ? error.key : key;
    tell(fault(`log ${object}`, `${error.message}; chain ${chain} has ${audited.size} of ${checkpoint.size} entries`));
  }
  await flush();
  if (audited.size > checkpoint.size) {
    const what = `entries ${checkpoint.size} to ${audited.size - 1} follow its last checkpoint in a full bundle; they are taken, unsigned`;
    tell({ grade: 'note', where: `chain ${chain}`, what });
  }
  return { tree, size: audited.size };
}

/** The head beside the lost database, when it is there and signed: it knows how many entries there were. */
async function headBefore({ heads, logKey, tell }: Parts, chain: string): Promise<Signed | undefined> {
  const note = await heads.read(chain);
  if (note === undefined) return undefined;
  try {
    return openHead(note, logKey.verifier, chain);
  } catch (error) {
    tell(fault(`head ${chain}`, `it cannot be trusted: ${(error as Error).message}`));
    return undefined;
  }
}

/** An entry that nobody signed must at least be under its stream's key. Throws ProofError `KEY_COMMITMENT`. */
async function demandKey(keys: KeyRing, { chain, stream, version, key }: Entry): Promise<void> {
  const streamKey = await keys.streamKey(chain, stream).catch(() => undefined);
  if (!streamKey || keyCommitment(entryKey(streamKey, version)) !== key)
    throw new ProofError('KEY_COMMITMENT', `an entry of ${stream} that is under no checkpoint commits to another key`);
}
