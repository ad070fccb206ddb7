import { homePages } from './home/pages.ts';
import type { Page } from './page.ts';
import { peoplePages } from './people/pages.ts';

/** Every page behind the log-in, by area. */
export const pages: readonly Page[] = [...homePages, ...peoplePages];
