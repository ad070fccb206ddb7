import { readFile } from 'node:fs/promises';
import { type Checkpoint, verifyCheckpoint } from '../signing/checkpoint.ts';
import { imprintOf, tokenOfFile, verifyToken } from '../signing/timestamp.ts';
import type { LogSource } from './log-source.ts';

/** The checkpoint of a log that was anchored last, and what is known of its time. */
export interface Anchored {
  checkpoint: Checkpoint;
  words: string;
}

/**
 * Reads `anchored` and `anchored.tsr`, where they are there; the time stamp is verified under the certificates of the PEM file `trust`, without it
 * only said to be there. Throws ProofError, and an Error when `trust` is given and there is nothing to verify.
 */
export async function readAnchored(
  source: LogSource,
  verifier: string,
  trust: string | undefined,
): Promise<Anchored | undefined> {
  const pem = trust === undefined ? undefined : await readFile(trust, 'utf8');
  for (let again = true; ; again = false) {
    const [note, tsr] = [await source('anchored'), await source('anchored.tsr')];
    if (!note || !tsr) {
      if (pem !== undefined) throw new Error('没有锚定的检查点 no anchored checkpoint is there');
      return undefined;
    }
    const checkpoint = verifyCheckpoint(Buffer.from(note).toString('utf8'), verifier);
    const of = `${checkpoint.size} 条 entries`;
    if (pem === undefined)
      return { checkpoint, words: `锚定 anchored: ${of}; 时间戳未核验 its time stamp was not verified: give --trust` };
    try {
      const { time, tsa } = verifyToken({ token: tokenOfFile(tsr), imprint: imprintOf(note), trust: [pem] });
      return { checkpoint, words: `锚定 anchored: ${of}, ${time.toISOString()}, ${tsa.subject}` };
    } catch (error) {
      // The two are replaced one after the other while the log is served.
      if (!again) throw error;
    }
  }
}
