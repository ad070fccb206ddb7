/** What was typed and not sent yet, kept for this tab until it is sent or its person leaves. Never passwords. */
const PREFIX = 'draft:';

export function draft<T>(name: string | undefined): Partial<T> | undefined {
  const kept = name && sessionStorage.getItem(PREFIX + name);
  return kept ? (JSON.parse(kept) as Partial<T>) : undefined;
}

export function keepDraft(name: string | undefined, typed: object): void {
  if (!name) return;
  const plain = JSON.stringify(typed, (key, value) => (/password|current|next/i.test(key) ? undefined : value));
  sessionStorage.setItem(PREFIX + name, plain);
}

export function dropDraft(name: string | undefined): void {
  if (name) sessionStorage.removeItem(PREFIX + name);
}
