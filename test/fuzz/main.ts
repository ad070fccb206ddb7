import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { randomOf } from './random.ts';
import type { Finding } from './target.ts';
import { targets } from './targets.ts';
import type { Work } from './worker.ts';

/**
 * `npm run fuzz -- [--count N] [--seed N] [--only TARGET [--at INDEX]]`: throws that many changed inputs at every parser. Prints what was
 * found and exits 1 when anything was: a crash, a hang, an answer that took over a second, a false yes. With `--at` one input is written out.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    at: { type: 'string' },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const HANGS_MS = 30_000;

const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);
const names = chosen.map(({ name }) => name);
if (values.at !== undefined) {
  process.stdout.write(chosen[0]?.make(randomOf(seed, Number(values.at))) ?? '');
  process.exit();
}
const waiting = [...names];
let found = 0;
await Promise.all(Array.from({ length: availableParallelism() }, () => workOff()));
console.log(`${found} findings`);
process.exitCode = found > 0 || names.length === 0 ? 1 : 0;

async function workOff(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const started = performance.now();
    const findings = await fuzz(name);
    found += findings.length;
    console.log(`${findings.length === 0 ? '✓' : '✗'} ${name}: ${Math.round(performance.now() - started)} ms`);
    for (const { index, fault, said } of findings) console.log(`  ${fault} at ${index}: ${said}`);
  }
}

async function fuzz(target: string): Promise<Finding[]> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const workerData: Work = { target, seed, count, progress };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  const hung = Promise.withResolvers<Finding[]>();
  let [last, since] = [-1, performance.now()];
  const watch = setInterval(() => {
    const index = Atomics.load(progress, 0);
    if (index !== last) [last, since] = [index, performance.now()];
    else if (performance.now() - since > HANGS_MS) hung.resolve([{ target, index, fault: 'slow', said: 'it hangs' }]);
  }, 1000);
  try {
    const done = once(worker, 'message').then(([findings]) => findings as Finding[]);
    return await Promise.race([done, hung.promise]);
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}
