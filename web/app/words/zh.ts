import common from './common.zh.ts';
import home from './home.zh.ts';
import people from './people.zh.ts';
import session from './session.zh.ts';

/** One area is one folder of pages, or what they share. */
export const words = { common, home, people, session };
