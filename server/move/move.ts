import { randomUUID } from 'node:crypto';
import { CompactRange } from '../../signing/merkle.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import type { TermRules } from '../archive/term.ts';
import { documentKinds } from '../documents.ts';
import type { DatabaseEngines, ObjectEngines } from '../engines.ts';
import { kinds } from '../kinds.ts';
import { demandKnown } from '../ledger/known.ts';
import { keptObjects } from '../seal/keeping.ts';
import { copyDocuments } from './copy-documents.ts';
import { copyEntries, type Tree } from './copy-entries.ts';
import { copyEvidence, copyWork, openUploads } from './copy-objects.ts';
import { type Place, placeOf, setPlace } from './place.ts';
import { MoveRefused } from './refused.ts';

/** The engines of one place. */
export type Side = ObjectEngines & DatabaseEngines;

export interface Moving {
  from: Side;
  to: Side;
  /** What the locks that are put there reach to. */
  terms: TermRules;
  /** All of fsck on the target: the number of faults, which were shown. */
  check(): Promise<number>;
  /** A part that begins, with its total where that is known; what comes back is told of what is done: entries, documents or bytes. */
  part(name: 'ledger' | 'documents' | 'evidence' | 'work', total?: number): (done: number) => void;
  /** Throws when a service runs on either side. */
  alone(): Promise<void>;
}

/**
 * Moves an installation that nobody serves from one place to another. Nothing of the source changes but the mark that it lives elsewhere now,
 * set when the target is whole and was checked; until the mark is off the target, no service starts there. Cut short at any point it is run
 * again. Resolves to the trees, which are the same in both. Throws MoveRefused.
 */
export async function move({ from, to, terms, check, part, alone }: Moving): Promise<Map<string, Tree>> {
  const { id, done } = await begin(from, to);
  if (!done) {
    try {
      // One that was starting when the marks were set has not seen them.
      await alone();
      const trees = await copyAll({ from, to, terms, part });
      if ((await check()) > 0) throw new MoveRefused('the target is not whole: see above');
      for (const [chain, tree] of trees) await demandTree(to.ledgerStore, chain, tree);
    } catch (error) {
      // The source can go on; the target stays refused.
      await setPlace(from.documents, undefined);
      throw error;
    }
    await setPlace(from.documents, { state: 'left', move: id });
  }
  await setPlace(to.documents, undefined);
  return await treesOf(to.ledgerStore);
}

/** Marks both places. `done`: a move that was cut short after its last check. */
async function begin(from: Side, to: Side): Promise<{ id: string; done: boolean }> {
  const [here, there] = [await placeOf(from.documents), await placeOf(to.documents)];
  if (here?.state === 'left') {
    if (there?.state === 'arriving' && there.move === here.move) return { id: here.move, done: true };
    throw new MoveRefused('the installation was moved away from the source already');
  }
  if (here?.state === 'arriving') throw new MoveRefused('the source is itself not whole: a move to it was cut short');
  if (here?.state === 'restoring') throw new MoveRefused('the source is itself not whole: a restore was cut short');
  await demandKnown(from.documents, kinds);
  if ((await from.ledgerStore.chains()).length === 0) throw new MoveRefused('the source holds no installation');
  await demandRoom(to, there);
  const id = here?.move ?? randomUUID();
  await setPlace(to.documents, { state: 'arriving', move: id });
  await setPlace(from.documents, { state: 'leaving', move: id });
  return { id, done: false };
}

/** Only what is empty is moved into, what a move left or began to fill. */
async function demandRoom({ ledgerStore, evidence }: Side, place: Place | undefined): Promise<void> {
  if (place?.state === 'leaving') throw new MoveRefused('the target is being moved away from itself');
  if (place?.state === 'restoring') throw new MoveRefused('the target is being restored');
  if (place) return;
  if ((await ledgerStore.chains()).length > 0) throw new MoveRefused('the target holds an installation of its own');
  for await (const { key } of evidence.list(''))
    throw new MoveRefused(`the target's evidence store is not empty: ${key}`);
}

/** Objects first: what the ledger names is there before it. */
async function copyAll(moving: Pick<Moving, 'from' | 'to' | 'terms' | 'part'>): Promise<Map<string, Tree>> {
  const { from, to, terms, part } = moving;
  const open = await openUploads(from.documents, from);
  const chains = await from.ledgerStore.chains();
  const keptObject = to.locked && (await keptObjects({ documents: from.documents, ...terms }, chains));
  await copyEvidence(from, to, (key) => keptObject?.(key)?.keeping, part('evidence'));
  await copyWork(from, to, open, part('work'));
  let entries = 0;
  for (const chain of chains) entries += (await from.ledgerStore.head(chain)).size;
  const progress = part('ledger', entries);
  const trees = new Map<string, Tree>();
  for (const chain of chains) trees.set(chain, await copyEntries(from.ledgerStore, to.ledgerStore, chain, progress));
  await copyDocuments(from.documents, to.documents, documentKinds, part('documents'));
  for (const chain of await from.headStore.chains()) {
    const note = await from.headStore.read(chain);
    if (note !== undefined) await to.headStore.write(chain, note);
  }
  return trees;
}

async function demandTree(store: LedgerStore, chain: string, { size, root }: Tree): Promise<void> {
  const tree = await treeOf(store, chain);
  if (tree.size !== size || Buffer.compare(tree.root, root) !== 0)
    throw new MoveRefused(`chain ${chain} of the target has another tree head`);
}

async function treesOf(store: LedgerStore): Promise<Map<string, Tree>> {
  const trees = new Map<string, Tree>();
  for (const chain of await store.chains()) trees.set(chain, await treeOf(store, chain));
  return trees;
}

const HASH = 32;
const PAGE = 50_000;

async function treeOf(store: LedgerStore, chain: string): Promise<Tree> {
  const tree = new CompactRange();
  for (;;) {
    const hashes = await store.hashes(chain, tree.size, PAGE);
    if (hashes.length === 0) return { size: tree.size, root: tree.root() };
    for (let at = 0; at < hashes.length; at += HASH) tree.append(hashes.subarray(at, at + HASH));
  }
}
