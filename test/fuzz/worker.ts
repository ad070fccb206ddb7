import { parentPort, workerData } from 'node:worker_threads';
import { randomOf } from './random.ts';
import { type Finding, tryOne } from './target.ts';
import { targets } from './targets.ts';

/** Tries the inputs of one target; `progress` holds the index of the one that is being tried. */
export interface Work {
  target: string;
  seed: number;
  count: number;
  progress: Int32Array<SharedArrayBuffer>;
}

const { target: name, seed, count, progress } = workerData as Work;
const target = targets.find((each) => each.name === name);
if (!target) throw new Error(`no such target: ${name}`);
const MOST_FINDINGS = 20;
const findings: Finding[] = [];
const last = count / (target.oneIn ?? 1);
for (let index = 0; index < last && findings.length < MOST_FINDINGS; index++) {
  Atomics.store(progress, 0, index);
  const finding = await tryOne(target, randomOf(seed, index), index);
  if (finding) findings.push(finding);
}
parentPort?.postMessage(findings);
