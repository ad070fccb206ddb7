import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { issueSetupLink, setupAddress } from './access/setup-link.ts';
import { compose, type Service } from './compose.ts';
import { readConfig } from './config.ts';
import { EXIT, exitOf } from './exit-codes.ts';
import { loggerOf } from './logger.ts';
import { type Running, serve } from './serve.ts';

try {
  await start();
} catch (error) {
  const { code, message } = exitOf(error);
  process.stderr.write(`tiezheng: ${message}\n`);
  process.exit(code);
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const logger = loggerOf(config.LOG_LEVEL, process.stderr.isTTY);
  // A request's own errors are caught in http/; what comes here leaves the process in a state that nobody knows.
  process.on('uncaughtException', (error, origin) => {
    logger.fatal({ err: error, origin }, 'uncaught: the process ends');
    logger.flush();
    process.exit(EXIT.other);
  });
  const service = await compose(config, logger);
  const running = serve(service, config);
  await running.listening;
  stopOnSignals(running, service, logger);
  const { address, port } = running.server.address() as AddressInfo;
  const origin = config.PUBLIC_URL ?? `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  logger.info({ origin, data: config.DATA_DIR }, 'listening');
  const link = await issueSetupLink(service.deps, 'first');
  if (link) {
    // Not through the log: the link is a secret until it is used.
    process.stdout.write(`首次使用，请在一小时内打开 Set up within one hour:\n${setupAddress(origin, link)}\n`);
  }
}

/** The first signal drains, the second gives transfers no more time. */
function stopOnSignals(running: Running, service: Service, logger: Logger): void {
  let stopping: Promise<void> | undefined;
  const stop = (signal: string) => {
    logger.info({ signal }, stopping ? 'closing at once' : 'draining');
    if (stopping) running.cut();
    stopping ??= running
      .stop()
      .then(() => service.close())
      .then(
        () => process.exit(0),
        (error) => {
          logger.fatal({ err: error }, 'not closed in order');
          process.exit(EXIT.other);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
