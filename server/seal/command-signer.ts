import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beginDetached, type SignatureForm } from '../../signing/cms.ts';
import { Fault } from '../errors.ts';
import type { BareSigner } from './signer.ts';

const TIMEOUT_MS = 30_000;
/** No signature is longer: RSA of 16384 bits has 2048 bytes. */
const SIGNATURE_LIMIT = 4096;

interface Parts {
  /** Path of the program; it gets no arguments and no shell. */
  command: string;
  certificatePem: string;
  now: () => Date;
  timeoutMs?: number;
}

/**
 * Signs with a key that only a program of the operator's can use: a UKey, an HSM, a service. It gets the bytes to be signed (DER of the signed
 * attributes) on stdin, and writes their signature with SHA-256 to stdout, ECDSA-Sig-Value in DER or RSASSA-PKCS1-v1_5, and exits with 0. It is run once
 * at a time, and what it answers is verified before it is used. Its signer throws SIGNER_UNAVAILABLE.
 */
export function commandSigner({ command, certificatePem, now, timeoutMs = TIMEOUT_MS }: Parts): BareSigner {
  let turn: Promise<unknown> = Promise.resolve();
  const signOne = async (content: Uint8Array, form: SignatureForm) => {
    const { toBeSigned, finish } = beginDetached({ content, certificatePem, time: now(), form });
    try {
      return finish(await answerOf(command, toBeSigned, timeoutMs));
    } catch (cause) {
      throw new Fault('SIGNER_UNAVAILABLE', { cause, headers: { 'Retry-After': '5' } });
    }
  };
  return {
    certificatePem,
    sign: (content, form = 'cades') => {
      const mine = turn.then(() => signOne(content, form));
      turn = mine.catch(() => {});
      return mine;
    },
  };
}

/** What the program writes. Rejects when it cannot be run, takes too long, writes too much or exits with anything but 0. */
async function answerOf(command: string, input: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  const child = spawn(command, [], { stdio: ['pipe', 'pipe', 'ignore'], signal, killSignal: 'SIGKILL' });
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (part: Buffer) => {
    size += part.length;
    parts.push(part);
    if (size <= SIGNATURE_LIMIT) return;
    child.kill('SIGKILL');
    child.stdout.destroy();
  });
  // One that does not read all of it is judged by what it answers.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ended with ${code ?? 'a signal'}`);
    return Buffer.concat(parts);
  } finally {
    // A process that it left behind may hold the pipe open.
    child.stdout.destroy();
  }
}
