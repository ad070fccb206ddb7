import type { CheckLine } from '../../signing/checklist.ts';
import type { Tree } from '../../signing/tree.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { type FileTree, type FoundFile, openFiles } from './file-tree.ts';
import type { Progress } from './summary.ts';

/** What the verifier brought from elsewhere. */
export interface Beliefs {
  /** PEM. */
  trust: string | undefined;
  vkey: string | undefined;
  /** Revocation list, DER. */
  crl: Blob | undefined;
  /** Verifier keys of witnesses. */
  witnesses: readonly string[];
}

export interface Result {
  files: FileTree;
}

/** Larger revocation lists are refused by the verifier anyway, bytes. */
const LIST_LIMIT = 2 * 1_048_576;

/** Telling more often only costs time, milliseconds. */
const TELL_MS = 100;

/**
 * Verifies what was chosen, as `npx tiezheng verify` does, and tells how it goes after each check and while it reads. What cannot even be
 * read is a line that does not hold. Ends early, telling nothing more, when aborted.
 */
export async function verifyFiles(
  found: Promise<readonly FoundFile[]>,
  beliefs: Beliefs,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Result | undefined> {
  const lines: CheckLine[] = [];
  const given = { trust: Boolean(beliefs.trust), vkey: Boolean(beliefs.vkey) };
  let name = '';
  let reading: Progress['reading'];
  const now = (running: boolean) => {
    if (!signal.aborted) tell({ name, lines: [...lines], running, given, reading: running ? reading : undefined });
  };
  now(true);
  let files: FileTree | undefined;
  try {
    files = await openFiles(await found);
    name = files.name;
    const total = (await files.tree.list()).reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    let told = 0;
    const watched = watch(files.tree, signal, (path, size) => {
      done += size;
      reading = { path, done, total };
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      now(true);
    });
    const { trust, vkey, witnesses } = beliefs;
    const crl = beliefs.crl && new Uint8Array(await beliefs.crl.slice(0, LIST_LIMIT).arrayBuffer());
    const options = { witnesses, ...(trust && { trust }), ...(vkey && { vkey }), ...(crl && { crl }) };
    for await (const line of verifyTree(watched, options)) {
      lines.push(line);
      now(true);
    }
  } catch (error) {
    lines.push({ id: 'readable', ok: false, zh: '可以读取', en: 'it can be read', detail: (error as Error).message });
  }
  now(false);
  return files && { files };
}

/** A tree that says what is read of it, and that can no longer be read when aborted. */
function watch(tree: Tree, signal: AbortSignal, read: (path: string, size: number) => void): Tree {
  return {
    ...tree,
    read: async function* (path) {
      for await (const part of tree.read(path)) {
        signal.throwIfAborted();
        read(path, part.length);
        yield part;
      }
    },
  };
}
