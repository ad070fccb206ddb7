import { readFileSync } from 'node:fs';

/** A file of test/vectors. */
export const vector = (path: string): Buffer => readFileSync(new URL(`../vectors/${path}`, import.meta.url));
