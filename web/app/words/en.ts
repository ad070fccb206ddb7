import common from './common.en.ts';
import home from './home.en.ts';
import type { Words } from './index.ts';
import people from './people.en.ts';
import session from './session.en.ts';

export const words: Words = { common, home, people, session };
