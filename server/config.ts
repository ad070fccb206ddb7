import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { lockModes } from '../storage/objects/object-locks.ts';
import {
  areNamedApart,
  checkObjectsUrl,
  isDatabaseUrl,
  isLogKey,
  isOrigin,
  isOutsideUrl,
  isRange,
  isWitness,
  isZone,
  listOf,
} from './config-forms.ts';

const integer = (low: number, high: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'not a whole number')
    .transform(Number)
    .pipe(z.number().min(low).max(high))
    .default(fallback);
const GiB = 1024 ** 3;

/** Every setting: its form, its default and what it means. `tiezheng config` shows them; a test compares the README's table. */
export const configSchema = z.strictObject({
  HOST: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  PORT: integer(0, 65535, 3000).describe('port; 0 takes a free one'),
  DATA_DIR: z.string().min(1).default('./data').describe('folder that holds everything'),
  DATABASE_URL: z
    .string()
    .refine(isDatabaseUrl, 'takes sqlite: or mongodb://host/name')
    .optional()
    .describe('database; sqlite: or absent: a file in DATA_DIR; mongodb://…/name: a server, for several processes'),
  OBJECTS_URL: z
    .string()
    .superRefine(checkObjectsUrl)
    .optional()
    .describe(
      'objects; file: or absent: folders in DATA_DIR; s3://key:secret@host:port/bucket?…: a bucket and its -work',
    ),
  OBJECT_LOCK: z
    .enum(['auto', 'required', 'off'])
    .default('auto')
    .describe('locks on evidence in a bucket; auto: where they are kept; required: no start without them'),
  OBJECT_LOCK_MODE: z
    .enum(lockModes)
    .default('governance')
    .describe(
      'governance: one with a right of its own may lift such a lock, nobody once the case is archived; compliance: nobody ever',
    ),
  OBJECT_LOCK_KEEPER: z
    .string()
    .regex(/^[^:\s]+:[^\s]+$/, 'not key:secret')
    .optional()
    .describe('key:secret by which locks of archived cases are made firm, where the key of OBJECTS_URL may not'),
  OBJECTS_DISPOSAL: z
    .string()
    .regex(/^[^:\s]+:[^\s]+$/, 'not key:secret')
    .optional()
    .describe('for tiezheng dispose only: key:secret that may delete versions; absent: the AWS variables'),
  OBJECT_LOCK_DAYS: integer(1, 3650, 180).describe(
    'how far ahead locks reach at most; they are extended until the retention term is over',
  ),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isOrigin, 'takes scheme, host and port only')
    .transform((url) => new URL(url).origin)
    .optional()
    .describe('address that browsers use, when behind a proxy; https makes cookies __Host-'),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .refine((list) => listOf(list).every(isRange), 'not a list of addresses and CIDR ranges')
    .describe('addresses or CIDR ranges, comma-separated, whose X-Forwarded-For is believed'),
  MASTER_KEY_FILE: z
    .string()
    .optional()
    .describe('file of the master key (64 hex digits); made in DATA_DIR when absent'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least level that is logged'),
  DIGESTS: z.enum(['sha256', 'sha256,sm3']).default('sha256,sm3').describe('digests made at sealing'),
  FFPROBE_PATH: z.string().optional().describe('ffprobe, when not on PATH'),
  ZONE: z
    .string()
    .default('Asia/Shanghai')
    .refine(isZone, 'not a time zone')
    .describe('IANA zone of camera clocks and calendars'),
  MAX_FILE_BYTES: integer(1, 1024 * GiB, 64 * GiB).describe('largest footage file'),
  MAX_DOCUMENT_BYTES: integer(1, 64 * GiB, 2 * GiB).describe('largest file by form'),
  MAX_FILES: integer(1, 100, 20).describe('files in one form'),
  BODY_LIMIT: integer(1024, 16 * 1024 ** 2, 1024 ** 2).describe('largest JSON body, bytes'),
  FREE_SPACE_RESERVE: integer(0, 512 * 1024 * GiB, GiB / 2).describe('bytes of disk that uploads may not use up'),
  IDLE_SECONDS: integer(1, 3600, 60).describe('a connection without a byte for so long is closed'),
  SESSION_IDLE_MINUTES: integer(1, 24 * 60, 30).describe('a session without activity ends'),
  SESSION_HOURS: integer(1, 24 * 7, 12).describe('a session ends at the latest'),
  UPLOAD_DAYS: integer(1, 365, 7).describe('an unfinished upload without progress expires'),
  DOCK_UPLOAD_DAYS: integer(1, 365, 30).describe('the same for docks'),
  PACKAGE_DAYS: integer(1, 365, 7).describe('an exported package is deleted'),
  RATE_CALLS: integer(1, 1e6, 1200).describe('calls a minute per person'),
  RATE_TRANSFERS: integer(1, 1e6, 12000).describe('byte transfers a minute per person'),
  RATE_ADDRESS: integer(1, 1e6, 240).describe('calls a minute per address before log-in'),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('bearer token that /metrics asks for; without it only METRICS_PORT serves it'),
  METRICS_PORT: integer(0, 65535, 0).describe('loopback port of /metrics; 0: none'),
  SIGNER_PKCS12: z
    .string()
    .optional()
    .describe('PKCS#12 file of an outside certificate for the system integrity signature'),
  SIGNER_PASSWORD: z.string().optional().describe('its password'),
  SIGNER_COMMAND: z
    .string()
    .optional()
    .describe('program that signs with a key of its own (UKey, HSM): to-be-signed bytes on stdin, signature on stdout'),
  SIGNER_CERTIFICATE: z.string().optional().describe('PEM file of the certificate of the key that SIGNER_COMMAND uses'),
  SIGNER_CA: z.string().optional().describe('PEM file of the root that the outside certificate chains to'),
  SM2_SIGNERS: z
    .string()
    .optional()
    .describe('JSON file of SM2 certificates and keys (or programs) by agency id, which sign beside the system'),
  PERSONAL_CA: z
    .string()
    .optional()
    .describe(
      'PEM file of the outside authorities (SM2 too) whose certificates people may sign with by keys of their own',
    ),
  TSA_URLS: z
    .string()
    .default('')
    .refine((list) => listOf(list).every(isOutsideUrl), 'not a list of http and https addresses')
    .describe(
      'outside time-stamping authorities (RFC 3161), comma-separated, asked in this order; none: self-issued time',
    ),
  TSA_CA: z
    .string()
    .optional()
    .describe('PEM file of the roots and intermediates that their tokens are verified under'),
  DOCUMENT_TRUST: z
    .string()
    .optional()
    .describe('PEM file of roots under which signatures and time stamps in incoming documents are trusted'),
  TSA_POLICY: z
    .string()
    .regex(/^2\.25\.[1-9]\d{0,38}$|^[01](\.(0|[1-9]\d{0,8})){2,20}$/, 'not an object identifier')
    .default('2.25.329800735698586629295641978511506172918')
    .describe('policy (object identifier) of the own, self-issued time stamps'),
  TSA_SERVE: z.enum(['loopback', 'all']).default('loopback').describe('who may ask POST /tsa for time stamps'),
  LOG_PUBLIC: z
    .enum(['off', 'on'])
    .default('off')
    .describe('on: checkpoints and hash tiles of every log at /log/<agency>/ for everybody'),
  ANCHOR_MINUTES: integer(1, 7 * 24 * 60, 60).describe(
    'a log that grows is given a time stamp over its checkpoint at least so often',
  ),
  WITNESSES: z
    .string()
    .default('')
    .refine((list) => listOf(list).every(isWitness), 'not a list of addresses, each with a verifier key after a space')
    .refine((list) => areNamedApart(listOf(list)), 'two witnesses have one name')
    .describe(
      'witnesses that are asked to cosign the logs, comma-separated: address and verifier key (C2SP tlog-witness)',
    ),
  WITNESS_LOGS: z
    .string()
    .default('')
    .refine((list) => listOf(list).every(isLogKey), 'not a list of verifier keys of logs')
    .describe(
      'logs of others that this installation witnesses at /witness/add-checkpoint: verifier keys, comma-separated',
    ),
  KILL_POINT: z.string().optional().describe('fault tests only: the process kills itself at this point'),
});

export type Config = Readonly<z.output<typeof configSchema>>;

const secrets = new Set([
  'DATABASE_URL',
  'OBJECTS_URL',
  'OBJECT_LOCK_KEEPER',
  'OBJECTS_DISPOSAL',
  'METRICS_TOKEN',
  'SIGNER_PASSWORD',
]);
/** May stand in a file named by NAME_FILE, lists with a part on each line. */
export const inFiles: ReadonlySet<string> = new Set([...secrets, 'WITNESSES', 'WITNESS_LOGS']);

/** Settings that are not valid; `faults` has a line for each. */
export class ConfigFaults extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`configuration refused:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigFaults';
    this.faults = faults;
  }
}

/**
 * Reads the settings from an environment; secrets and long lists may stand in a file named by NAME_FILE. Names that are not ours are left
 * alone. Throws ConfigFaults with all faults at once.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given: Record<string, string> = {};
  const faults: string[] = [];
  for (const name of Object.keys(configSchema.shape)) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
    const file = inFiles.has(name) ? env[`${name}_FILE`] : undefined;
    if (!file) continue;
    if (given[name] !== undefined) faults.push(`${name}: it is given, and ${name}_FILE too`);
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      faults.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  const result = configSchema.safeParse(given);
  if (!result.success) faults.push(...result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  if (!result.success || faults.length > 0) throw new ConfigFaults(faults);
  return Object.freeze(result.data);
}

/** The settings as they are shown: each as text with what it means, secrets hidden, empty where it is not set. */
export function settingsShown(config: Config): { name: string; value: string; meaning: string }[] {
  return Object.entries(configSchema.shape).map(([name, schema]) => {
    const value = config[name as keyof Config];
    const shown = value === undefined ? '' : secrets.has(name) ? '(hidden)' : String(value);
    return { name, value: shown, meaning: schema.description ?? '' };
  });
}

/** The settings as lines `NAME=value`, secrets hidden. */
export const showConfig = (config: Config): string =>
  settingsShown(config)
    .map(({ name, value }) => `${name}=${value}`)
    .join('\n');

/** Addresses of outside time-stamping authorities, in the order they are asked. */
export const timeUrlsOf = ({ TSA_URLS }: Pick<Config, 'TSA_URLS'>): string[] => listOf(TSA_URLS);

export interface WitnessAddress {
  /** Submission prefix: add-checkpoint stands below. */
  url: string;
  /** Verifier key (C2SP vkey, type 4). */
  vkey: string;
}

/** The witnesses that are asked for cosignatures. */
export const witnessesOf = ({ WITNESSES }: Pick<Config, 'WITNESSES'>): WitnessAddress[] =>
  listOf(WITNESSES).map((part) => {
    const [url = '', vkey = ''] = part.split(/\s+/);
    return { url, vkey };
  });

/** Verifier keys of the logs that this installation witnesses. */
export const witnessLogsOf = ({ WITNESS_LOGS }: Pick<Config, 'WITNESS_LOGS'>): string[] => listOf(WITNESS_LOGS);

/** The addresses and ranges whose X-Forwarded-For is believed. */
export const proxiesOf = ({ TRUSTED_PROXIES }: Pick<Config, 'TRUSTED_PROXIES'>): string[] => listOf(TRUSTED_PROXIES);
