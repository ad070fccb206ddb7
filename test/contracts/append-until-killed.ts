/** `node append-until-killed.ts MODULE PLACE`: appends one entry after another and prints the size after each acknowledged one. */
import { writeSync } from 'node:fs';
import { entryOf, type LedgerEngine } from './ledger-store.ts';

const [module = '', place = ''] = process.argv.slice(2);
const { engine } = (await import(module)) as { engine: LedgerEngine };
const { store } = await engine.open(place);
for (let size = 0; ; ) {
  const batch = [entryOf('killed', size), entryOf('killed', size + 1)];
  size += (await store.append(batch)).inserted;
  writeSync(1, `${size}\n`);
}
