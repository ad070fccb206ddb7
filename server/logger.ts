import { type Logger, pino, stdSerializers } from 'pino';

/**
 * What of an error is logged. Drivers hang on theirs what was being written, wrapped keys and names of people among it, so only what says
 * where and why is kept: causes are in the message and the stack.
 */
export function errorLogged(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { type, message, stack } = stdSerializers.err(error);
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return { type, message, stack, ...(code !== undefined && { code }), ...(status !== undefined && { status }) };
}

/** Lines of JSON on standard error; `readable` ones for a terminal. */
export function loggerOf(level: string, readable = false): Logger {
  const options = {
    level,
    redact: ['*.password', '*.token', 'req.headers.cookie', 'req.headers.authorization'],
    serializers: { err: errorLogged },
  };
  return readable
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { destination: 2 } } })
    : pino(options, pino.destination({ dest: 2, sync: true }));
}
