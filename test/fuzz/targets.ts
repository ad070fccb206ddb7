import { containerTargets } from './containers.ts';
import { ledgerTargets } from './ledger.ts';
import { paperTargets } from './papers.ts';
import { personTargets } from './persons.ts';
import { signatureTargets } from './signatures.ts';
import type { Target } from './target.ts';
import { treeTargets } from './trees.ts';

/** Every parser that reads what strangers send. */
export const targets: readonly Target[] = [
  ...signatureTargets(),
  ...ledgerTargets(),
  ...(await treeTargets()),
  ...personTargets(),
  ...(await containerTargets()),
  ...(await paperTargets()),
];
