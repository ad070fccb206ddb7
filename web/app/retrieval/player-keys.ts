import type { Commands } from './use-playback.ts';

export interface Actions extends Commands {
  wholeScreen: () => void;
  /** To the next (1) or the previous (-1) record. */
  stepRecord: (by: number) => void;
  /** Seconds; NaN until it is known. */
  length: () => number;
}

type Act = (actions: Actions) => void;

/** What each key does while the focus is in the player; as in players that people know. */
const keys: Record<string, Act> = {
  ' ': ({ toggle }) => toggle(),
  k: ({ toggle }) => toggle(),
  ArrowLeft: ({ skip }) => skip(-5),
  ArrowRight: ({ skip }) => skip(5),
  j: ({ skip }) => skip(-30),
  l: ({ skip }) => skip(30),
  ',': ({ step }) => step(-1),
  '.': ({ step }) => step(1),
  '<': ({ faster }) => faster(-1),
  '>': ({ faster }) => faster(1),
  Home: ({ seek }) => seek(0),
  End: ({ seek, length }) => seek(length() || 0),
  ArrowUp: ({ louder }) => louder(0.1),
  ArrowDown: ({ louder }) => louder(-0.1),
  m: ({ mute }) => mute(),
  f: ({ wholeScreen }) => wholeScreen(),
  p: ({ stepRecord }) => stepRecord(-1),
  n: ({ stepRecord }) => stepRecord(1),
};

/** The keys as they are told: words of `retrieval` for what they do. */
export const keyList = [
  ['keys_play', ['space', 'K']],
  ['keys_seek', ['←', '→']],
  ['keys_far', ['J', 'L']],
  ['keys_frame', [',', '.']],
  ['keys_speed', ['<', '>']],
  ['keys_ends', ['Home', 'End']],
  ['keys_sound', ['↑', '↓', 'M']],
  ['keys_screen', ['F']],
  ['keys_records', ['P', 'N']],
] as const;

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: EventTarget;
  preventDefault: () => void;
}

/** Does what a key is for; what a button or a list does with it itself is left to that. */
export function pressKey(event: Pressed, actions: Actions): void {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  const act = keys[key.length === 1 ? key.toLowerCase() : key];
  if (!act || ctrlKey || metaKey || altKey) return;
  if ((target as Element).closest('input, textarea, [role=combobox], [role=listbox]')) return;
  if (key === ' ' && (target as Element).closest('button, summary')) return;
  event.preventDefault();
  act(actions);
}
