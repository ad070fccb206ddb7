import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { exactPem } from '../../signing/certificate.ts';
import { checkDocumentSignatures, type DocumentSignature } from '../../signing/document-signature.ts';
import { ConfigFaults } from '../config.ts';
import { cleanText } from './clean-text.ts';

export interface DocumentChecks {
  /**
   * What is found of the signatures in the file at an absolute path; empty for what is neither PDF nor CMS message, and for a PDF without any. Its content
   * is taken for hostile.
   * Never rejects: what cannot be checked is said to be so.
   */
  signatures(path: string, mediaType: string): Promise<DocumentSignature[]>;
}

interface Options {
  /** PEM file; none: every issuer is unknown. */
  trustFile: string | undefined;
  /** Wall clock of one file. */
  timeoutMs?: number;
  now: () => Date;
  logger: Pick<Logger, 'info'>;
}

/** What the worker is given; `now` is RFC 3339. */
export interface Task {
  path: string;
  roots: string[];
  now: string;
  /** A CMS message, else a PDF. */
  isMessage: boolean;
}

const MARK = '/ByteRange';
const CHUNK = 1_048_576;
const NOT_CHECKED: DocumentSignature = { result: 'not-checked', reason: 'too much for the limits of the check' };

/** Throws ConfigFaults when the trust file cannot be read. */
export function createDocumentChecks({ trustFile, timeoutMs = 30_000, now, logger }: Options): DocumentChecks {
  const roots = trustFile === undefined ? [] : [readTrust(trustFile)];
  return {
    async signatures(path, mediaType) {
      const isMessage = mediaType === 'application/pkcs7-mime';
      if (!isMessage && mediaType !== 'application/pdf') return [];
      try {
        if (!isMessage && !(await isMarked(path))) return [];
        const found = (await judged({ path, roots, now: now().toISOString(), isMessage }, timeoutMs)).map(cleaned);
        if (found.length > 0) checkDocumentSignatures(found);
        return found;
      } catch (error) {
        logger.info({ error: (error as Error).message }, 'the signatures of a document could not be checked');
        return [NOT_CHECKED];
      }
    },
  };
}

function readTrust(file: string): string {
  try {
    return exactPem(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigFaults([`DOCUMENT_TRUST: ${(error as Error).message}`]);
  }
}

/** Most PDFs have no signature: they are read through, and cost no thread. */
async function isMarked(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK + MARK.length);
    for (let at = 0; ; at += CHUNK) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (buffer.subarray(0, bytesRead).includes(MARK)) return true;
      if (bytesRead < buffer.length) return false;
    }
  } finally {
    await file.close();
  }
}

/** In a thread of its own, with its own heap, that is ended after `timeoutMs`. */
function judged(task: Task, timeoutMs: number): Promise<DocumentSignature[]> {
  const { promise, resolve, reject } = Promise.withResolvers<DocumentSignature[]>();
  const worker = new Worker(new URL('./document-worker.ts', import.meta.url), {
    workerData: task,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  const timer = setTimeout(() => reject(new Error('the check did not end')), timeoutMs);
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the thread ended without an answer')));
  return promise.finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}

/** Texts of a hostile file as they may be kept and shown. */
function cleaned({ format, reason, signer, stamped, ...rest }: DocumentSignature): DocumentSignature {
  const [shownFormat, shownReason] = [cleanText(format, 64), cleanText(reason, 200)];
  return {
    ...rest,
    ...(shownFormat && { format: shownFormat }),
    ...(shownReason && { reason: shownReason }),
    ...(signer && { signer: { subject: cleanText(signer.subject) ?? '', serial: signer.serial.slice(0, 80) } }),
    ...(stamped && { stamped: { ...stamped, by: cleanText(stamped.by) ?? '' } }),
  };
}
