import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { DataDirLocked } from '../storage/lock.ts';
import { issueSetupLink } from './access/setup-link.ts';
import { compose } from './compose.ts';
import { ConfigFaults, readConfig } from './config.ts';
import { HeadMismatch } from './ledger/heads.ts';
import { MasterKeyWrong } from './master-key.ts';
import { serve } from './serve.ts';

/** Exit codes (sysexits.h where one fits); README lists them. */
const EXIT = { config: 78, locked: 75, key: 77, ledger: 65, other: 70 };

try {
  await start();
} catch (error) {
  if (error instanceof ConfigFaults) fail(EXIT.config, error.message);
  else if (error instanceof DataDirLocked) fail(EXIT.locked, `${error.message}\n另一个进程正在使用此数据目录。`);
  else if (error instanceof MasterKeyWrong) fail(EXIT.key, `master key refused: ${error.message}`);
  else if (error instanceof HeadMismatch) {
    fail(
      EXIT.ledger,
      `ledger refused (chain ${error.chain}): ${error.message}\nRun npx tiezheng fsck; restore the database from a backup that is not older than the head.`,
    );
  } else fail(EXIT.other, (error as Error).stack ?? String(error));
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const pretty = process.stderr.isTTY ? { transport: { target: 'pino-pretty', options: { destination: 2 } } } : {};
  const options = {
    level: config.LOG_LEVEL,
    redact: ['*.password', '*.token', 'req.headers.cookie', 'req.headers.authorization'],
  };
  const logger = process.stderr.isTTY ? pino({ ...options, ...pretty }) : pino(options, pino.destination(2));
  const service = await compose(config, logger);
  const running = serve(service, config);
  await Promise.race([
    once(running.server, 'listening'),
    once(running.server, 'error').then(([error]) => Promise.reject(error)),
  ]);
  const { address, port } = running.server.address() as AddressInfo;
  const origin = config.PUBLIC_URL ?? `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  logger.info({ origin, data: config.DATA_DIR }, 'listening');
  const link = await issueSetupLink(service.deps, 'first');
  if (link) {
    // Not through the log: the link is a secret until it is used.
    process.stdout.write(`首次使用，请在一小时内打开 Set up within one hour:\n${origin}/setup#token=${link}\n`);
  }
  const stop = async (signal: string) => {
    logger.info({ signal }, 'draining');
    await running.stop();
    await service.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
}

function fail(code: number, message: string): never {
  process.stderr.write(`tiezheng: ${message}\n`);
  process.exit(code);
}
