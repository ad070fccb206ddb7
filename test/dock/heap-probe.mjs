// Loaded into an agent (`--import`, with `--expose-gc`): SIGUSR2 has it tell what it still holds once all that nobody needs is gone, in bytes.
import { setImmediate as turn } from 'node:timers/promises';

process.on('SIGUSR2', async () => {
  for (const _ of [1, 2, 3]) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ event: 'held', bytes: heapUsed + external })}\n`);
});
