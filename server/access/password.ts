import { argon2, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Fault, field } from '../errors.ts';
import { policySet } from '../policy/policy-set.ts';
import { Gate } from './gate.ts';

/** Parameters of argon2id (RFC 9106): memory in KiB, the nonce in base64url. */
export interface Derivation {
  memory: number;
  passes: number;
  parallelism: number;
  nonce: string;
}

/** A password's argon2id hash with the parameters it was made with; base64url. */
export interface PasswordHash extends Derivation {
  tag: string;
}

/** OWASP Password Storage Cheat Sheet, of its equal choices for argon2id the one that keeps memory flat: 19 MiB, two passes. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
/** Of 0 to 4: at least 10^8 guesses (zxcvbn). */
const LEAST_SCORE = 3;
/** Characters that are left when the words of the person and the place are taken out. */
const LEAST_OWN = 6;
/** What people here put into passwords first. */
const LOCAL_WORDS = [
  'tiezheng',
  '铁证',
  'admin',
  'root',
  'zhifa',
  'woaini',
  '1314',
  '520',
  '5201314',
  '888888',
  '666666',
];

const derive = promisify(argon2);
const gate = new Gate(Math.max(1, availableParallelism() - 1), 200);

/** The same characters in another encoding are the same password (NIST SP 800-63B section 3.1.1.2). */
const normal = (password: string) => password.normalize('NFKC');

/** Refuses short and common passwords. `known` are words of the person, which count as guessed. Throws PASSWORD_REJECTED. */
export async function checkStrength(password: string, known: readonly string[], pointer: string): Promise<void> {
  const length = policySet['password.length'].value;
  const text = normal(password);
  const words = [...known, ...LOCAL_WORDS];
  const own = [...withoutWords(text.toLowerCase(), words)].length >= LEAST_OWN;
  const long = [...text].length >= length;
  if (long && own && (await scoreOf(text.slice(0, 64), words)) >= LEAST_SCORE) return;
  throw new Fault('PASSWORD_REJECTED', {
    params: { length },
    errors: [field(pointer, 'too short or too common')],
  });
}

/** How hard a password is to guess, 0 to 4, in a thread of its own: see strength-worker.ts. */
async function scoreOf(password: string, words: string[]): Promise<number> {
  return await gate.through(async () => {
    const worker = new Worker(new URL('./strength-worker.ts', import.meta.url), { workerData: { password, words } });
    const [score] = (await once(worker, 'message')) as [number];
    return score;
  });
}

const withoutWords = (text: string, words: readonly string[]) =>
  words.filter((word) => word.length > 2).reduce((rest, word) => rest.replaceAll(word.toLowerCase(), ''), text);

export async function hashPassword(password: string, random: (size: number) => Uint8Array): Promise<PasswordHash> {
  const how = derivation(random);
  return { ...how, tag: await tagOf(password, how) };
}

/** Fresh parameters. */
export const derivation = (random: (size: number) => Uint8Array): Derivation => ({
  ...PARAMETERS,
  nonce: Buffer.from(random(16)).toString('base64url'),
});

/** A 32-byte key that only who knows the password can make; never of the parameters of its hash. */
export const deriveKey = async (password: string, how: Derivation): Promise<Uint8Array> =>
  Buffer.from(await tagOf(password, how), 'base64url');

/** Stands in where there is no hash: as much work, and no password's. */
const NOBODY: PasswordHash = { ...PARAMETERS, nonce: 'A'.repeat(22), tag: '' };

/** Whether a password is the hashed one. Without a hash it works as long and is wrong. */
export async function verifyPassword(password: string, hash: PasswordHash = NOBODY): Promise<boolean> {
  const made = Buffer.from(await tagOf(password, hash), 'base64url');
  const kept = Buffer.from(hash.tag, 'base64url');
  return kept.length === made.length && timingSafeEqual(kept, made);
}

async function tagOf(password: string, { memory, passes, parallelism, nonce }: Derivation): Promise<string> {
  const options = {
    message: normal(password),
    nonce: Buffer.from(nonce, 'base64url'),
    memory,
    passes,
    parallelism,
    tagLength: TAG_BYTES,
  };
  return (await gate.through(() => derive('argon2id', options))).toString('base64url');
}
