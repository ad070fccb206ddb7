import type { CheckLine } from '../../signing/checklist.ts';
import type { Word } from './words.ts';

/** One verification as it stands. */
export interface Progress {
  name: string;
  lines: readonly CheckLine[];
  running: boolean;
  /** Whether the verifier brought roots, and the log's key. */
  given: { trust: boolean; vkey: boolean };
  reading?: { path: string; done: number; total: number } | undefined;
}

export const isGood = ({ lines, running }: Progress): boolean =>
  !running && lines.length > 0 && lines.every(({ ok }) => ok);

/** A text that a verification is summed up by; a warning where good is less than it seems. */
export interface Note {
  word: Word;
  values?: Record<string, string | number>;
  warning?: boolean;
}

export interface Summary {
  tone: 'running' | 'good' | 'bad';
  verdict: Note;
  notes: readonly Note[];
}

/** Checks that fail when what was chosen is no package at all. */
const UNREAD = new Set(['readable', 'tree.kind']);

/** What a verification comes to, and what should be known of that or done. */
export function summaryOf(progress: Progress): Summary {
  const { lines, running, given } = progress;
  if (running) return { tone: 'running', verdict: { word: 'running' }, notes: [] };
  if (isGood(progress)) {
    return {
      tone: 'good',
      verdict: { word: 'passed' },
      notes: [
        { word: 'passedCount', values: { n: lines.length } },
        { word: given.trust ? 'trustGiven' : 'trustInside', warning: !given.trust },
        { word: given.vkey ? 'vkeyGiven' : 'vkeyInside', warning: !given.vkey },
      ],
    };
  }
  const unread = lines.some(({ id, ok }) => !ok && UNREAD.has(id));
  const notes: Note[] = [{ word: unread ? 'unreadableHint' : 'failedHint' }];
  // What fails with the last line may have kept others from being asked; they are never asked after it.
  if (!unread && lines.at(-1)?.ok === false) notes.push({ word: 'stopped' });
  return { tone: 'bad', verdict: { word: 'failed', values: { n: lines.filter(({ ok }) => !ok).length } }, notes };
}
