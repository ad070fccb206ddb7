/** Names that the MongoDB driver and mongoose give to errors of a server that is not there, or not now. */
const NAMES =
  /^(Mongo(Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|WaitQueueTimeout|OperationTimeout)Error|MongooseServerSelectionError|TimeoutError)$/;
/** A primary that is stepping down or gone, and shutting down (MongoDB server error codes, "NotPrimaryError" and "ShutdownError"). */
const STEPPING = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether the database or the object server did not answer, or said to come again later: what was asked may be asked again. */
export function isUnavailable(error: unknown): boolean {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; depth += 1) {
    const { name, code, $metadata, errorResponse, cause } = each as Refusal;
    if (NAMES.test(name) || STEPPING.has(Number(code)) || NETWORK.has(String(code))) return true;
    const status = $metadata?.httpStatusCode ?? 0;
    if (status >= 500 || status === 429) return true;
    // A batch that broke off hides the reason there.
    each = errorResponse ?? cause;
  }
  return false;
}

interface Refusal extends Error {
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
  errorResponse?: unknown;
}
