import { S3Client } from '@aws-sdk/client-s3';

/** Where an installation's objects are: `s3://key:secret@host:port/bucket?region=&pathStyle=&tls=&checksums=`. */
export interface S3Address {
  endpoint: string;
  region: string;
  /** Absent: the usual AWS variables and files. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** The bucket of the evidence store, and of the work store beside it. */
  evidence: string;
  work: string;
  /** The bucket in the path rather than in the host name. */
  pathStyle: boolean;
  /** `always`: every request carries a checksum that the server verifies; `required`: only where the protocol asks for one. */
  checksums: 'always' | 'required';
}

const BUCKET = /^[a-z0-9][a-z0-9-]{1,56}[a-z0-9]$/;
const OPTIONS = ['region', 'pathStyle', 'tls', 'checksums'];

/** Throws a TypeError whose message says what is wrong, without the secret. */
export function parseS3Url(text: string): S3Address {
  if (!URL.canParse(text)) throw new TypeError('not an s3: address');
  const url = new URL(text);
  const bucket = url.pathname.slice(1);
  const option = (name: string) => url.searchParams.get(name) ?? undefined;
  if (url.protocol !== 's3:' || url.hostname === '') throw new TypeError('not an s3: address with a host');
  if (!BUCKET.test(bucket)) throw new TypeError('the path is the name of a bucket: letters a to z, digits and -');
  for (const name of url.searchParams.keys()) {
    if (!OPTIONS.includes(name)) throw new TypeError(`${name} is no option of an s3: address`);
  }
  if ((url.username === '') !== (url.password === '')) throw new TypeError('key and secret come together');
  const accessKeyId = decodeURIComponent(url.username);
  const checksums = option('checksums') ?? 'required';
  if (checksums !== 'always' && checksums !== 'required') throw new TypeError('checksums is always or required');
  const tls = flag('tls', option('tls') ?? (isLoopback(url.hostname) ? 'false' : 'true'));
  return {
    endpoint: `${tls ? 'https' : 'http'}://${url.host}`,
    region: option('region') ?? 'us-east-1',
    credentials: accessKeyId ? { accessKeyId, secretAccessKey: decodeURIComponent(url.password) } : undefined,
    evidence: bucket,
    work: `${bucket}-work`,
    pathStyle: flag('pathStyle', option('pathStyle') ?? (url.hostname.endsWith('.amazonaws.com') ? 'false' : 'true')),
    checksums,
  };
}

function flag(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new TypeError(`${name} is true or false`);
  return value === 'true';
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

const CONNECT_MS = 5000;
/** A connection that carries nothing for so long is given up. */
const IDLE_MS = 60_000;
const SOCKETS = 256;
const ATTEMPTS = 4;

/** Smaller bodies cost nothing to sign. */
const LARGE = 1024 * 1024;

/**
 * Requests are repeated before the first byte of an answer only; a body that breaks off is an error of its stream. A body is signed with its
 * SHA-256 where nothing else keeps it whole on its way: not within TLS (RFC 8446 section 5.2) nor on this machine, as with any streamed body
 * (Amazon S3 API reference, "Signature calculations", UNSIGNED-PAYLOAD).
 */
export function s3Client(address: S3Address): S3Client {
  const client = clientOf(address);
  const { protocol, hostname } = new URL(address.endpoint);
  if (protocol === 'https:' || isLoopback(hostname)) leaveUnsigned(client);
  return client;
}

function leaveUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { body, headers } = args.request as { body?: unknown; headers: Record<string, string> };
      if (body instanceof Uint8Array && body.length >= LARGE) headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build' },
  );
}

function clientOf(address: S3Address): S3Client {
  const checked = address.checksums === 'always' ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  return new S3Client({
    endpoint: address.endpoint,
    region: address.region,
    ...(address.credentials && { credentials: address.credentials }),
    forcePathStyle: address.pathStyle,
    requestChecksumCalculation: checked,
    responseChecksumValidation: checked,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
      httpAgent: { maxSockets: SOCKETS, keepAlive: true },
      httpsAgent: { maxSockets: SOCKETS, keepAlive: true },
    },
  });
}
