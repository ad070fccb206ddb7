export type Language = 'zh-CN' | 'en';

const KEPT = 'language';

/** Chinese, unless English was chosen here or is what the browser asks for first. */
export function language(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return /^(en|fr|de|es)/.test(navigator.language) ? 'en' : 'zh-CN';
}

export const keepLanguage = (chosen: Language) => localStorage.setItem(KEPT, chosen);
