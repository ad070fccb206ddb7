import type { ComponentType } from 'react';
import type { Body } from './api/query.ts';
import type { WordKey } from './words/use-words.ts';

export type Permission = keyof Body<'/session'>['permissions'];

/** A page: where it is, what it is called, who may open it, and its code, loaded when it is opened. */
export interface Page {
  /** As react-router takes it: `people/:id`. */
  path: string;
  title: WordKey;
  load: () => Promise<{ default: ComponentType }>;
  /** Whose permission opens it; one of several is enough, none is everybody who is signed in. */
  needs?: readonly Permission[];
  menu?: { group: 'work' | 'audit' | 'administration'; order: number; icon: ComponentType };
}
