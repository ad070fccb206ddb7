import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, type Language, language } from './language.ts';
import type { words as chinese } from './zh.ts';

/** Every text of the pages by area and name; Chinese is the form that English must have. */
export type Words = { [Area in keyof typeof chinese]: { [Name in keyof (typeof chinese)[Area]]: string } };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof chinese;
  }
}

const load = { 'zh-CN': () => import('./zh.ts'), en: () => import('./en.ts') };

/** The texts of the chosen language, before anything is shown. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language(),
    fallbackLng: false,
    defaultNS: 'common',
    keySeparator: false,
    interpolation: { escapeValue: false },
    resources: {},
    initAsync: false,
  });
  await speak(language());
}

/** Changes the language of the page, and of what the service answers. */
export async function speak(chosen: Language): Promise<void> {
  if (!i18next.hasResourceBundle(chosen, 'common')) {
    const { words } = await load[chosen]();
    for (const [area, texts] of Object.entries(words)) i18next.addResourceBundle(chosen, area, texts);
  }
  keepLanguage(chosen);
  document.documentElement.lang = chosen;
  await i18next.changeLanguage(chosen);
}
