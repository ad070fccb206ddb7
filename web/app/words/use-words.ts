import { useTranslation } from 'react-i18next';
import type { Words } from './index.ts';

/** A text by its area and name: `people:title`. */
export type WordKey = { [Area in keyof Words]: `${Area}:${string & keyof Words[Area]}` }[keyof Words];

/** The texts of an area: `t('title')`, and those that all share: `t('common:save')`. */
export const useWords = <A extends keyof Words>(area: A) => useTranslation([area, 'common']);

/** Any text by its whole name. */
export function useTitles(): (key: WordKey) => string {
  const { t } = useTranslation();
  return (key) => t(key as never) as string;
}

/** What the service says in both languages, in that of the page. */
export function useSaid(): (said: { zh: string; en: string }) => string {
  const { i18n } = useTranslation();
  return ({ zh, en }) => (i18n.language === 'en' ? en : zh);
}
