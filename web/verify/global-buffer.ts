import { Buffer } from './buffer.ts';

/** Must be imported before anything of signing/, some of which uses it as soon as it is loaded. */
Object.assign(globalThis, { Buffer });
