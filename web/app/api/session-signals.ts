/** What happens to the session in this page and in the others of this browser. */
type Word = 'activity' | 'lost' | 'signed-in' | 'signed-out';

const others = new BroadcastChannel('session');
const listeners = new Set<(word: Word) => void>();

let lastActivity = Date.now();

function tell(word: Word): void {
  if (word === 'activity') lastActivity = Date.now();
  for (const listener of listeners) listener(word);
}
others.onmessage = ({ data }: MessageEvent<Word>) => tell(data);

function tellAll(word: Word): void {
  tell(word);
  others.postMessage(word);
}

/** An answered call keeps the session awake. Milliseconds since the epoch. */
export const activityAt = () => lastActivity;
export const noteActivity = () => tellAll('activity');
export const sessionLost = () => tell('lost');
export const signedIn = () => tellAll('signed-in');
export const signedOut = () => tellAll('signed-out');

/** Answers what ends the listening. */
export function onSession(listener: (word: Word) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
