import { useSyncExternalStore } from 'react';

export type Look = 'system' | 'light' | 'dark';

const KEPT = 'look';
const system = matchMedia('(prefers-color-scheme: dark)');
const paper = matchMedia('print');
const listeners = new Set<() => void>();

export function look(): Look {
  const kept = localStorage.getItem(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseLook(chosen: Look): void {
  localStorage.setItem(KEPT, chosen);
  for (const listener of listeners) listener();
}

const isDark = () => !paper.matches && (look() === 'system' ? system.matches : look() === 'dark');

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener('change', listener);
  paper.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener('change', listener);
    paper.removeEventListener('change', listener);
  };
}

/** Whether the page is dark: as chosen here, else as the system. Never on paper. */
export const useDark = (): boolean => useSyncExternalStore(subscribe, isDark);
