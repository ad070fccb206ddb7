import { openAppending } from './appends.ts';

/** One of several processes that append to one chain: told its settings and the chain, it says when it is ready, and then how fast it was. */
const [settings = '{}', chain = '', count = '0'] = process.argv.slice(2);
const appending = await openAppending(JSON.parse(settings), chain);
process.once('message', async () => {
  process.send?.(await appending.run(Number(count)));
  await appending.close();
  process.exit(0);
});
process.send?.('ready');
