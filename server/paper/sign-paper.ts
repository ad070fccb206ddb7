import { CMS_LIMIT, timestampable, withTimestamp } from '../../signing/cms.ts';
import type { Signer } from '../seal/signer.ts';
import type { Timestamper } from '../seal/timestamper.ts';
import type { UnsignedPaper } from './paper.ts';
import { appendObjects, dateString, textString } from './pdf-objects.ts';

/** Bytes kept free for the signature: enough for most, and for the largest that anybody verifies. */
const ROOMS = [8192, CMS_LIMIT];

interface Hands {
  signer: Signer;
  timestamper: Timestamper;
}

/**
 * Signs a paper in a second revision (PAdES-B-T, ETSI EN 319 142-1): ETSI.CAdES.detached over the whole file but Contents, the time of signing as M,
 * a time stamp over the signature as its unsigned attribute. When no authority gives the time, it goes without (PAdES-B).
 */
export async function signPaper(
  paper: UnsignedPaper,
  { signer, timestamper }: Hands,
  words: SigningWords,
): Promise<Buffer> {
  for (const room of ROOMS) {
    const { bytes, open, close } = withSlot(paper, words, room);
    const content = Buffer.concat([bytes.subarray(0, open), bytes.subarray(close)]);
    const signature = await signer.sign(content, 'pades');
    const stamp = await timestamper.stamp(timestampable(signature));
    const cms = stamp ? withTimestamp(signature, stamp.token) : signature;
    if (cms.length > room) continue;
    bytes.write(Buffer.from(cms).toString('hex'), open + 1, 'latin1');
    return bytes;
  }
  throw new Error('the signature is too large');
}

export interface SigningWords {
  time: Date;
  reason: string;
}

/** Where the hexadecimal string of Contents begins and ends, its marks included; ByteRange names everything else. */
function withSlot(paper: UnsignedPaper, { time, reason }: SigningWords, room: number) {
  const object = paper.size;
  const head =
    `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M${dateString(time)}` +
    `/Reason ${textString(reason)}/Contents`;
  const blank = `[0 ${' '.repeat(36)}]`;
  const body = Buffer.from(`${head}<${'0'.repeat(room * 2)}>/ByteRange${blank}>>`, 'latin1');
  const { bytes } = appendObjects(paper, [
    [paper.field.object, Buffer.from(`<<${paper.field.entries}/V ${object} 0 R>>`)],
    [object, body],
  ]);
  const open = bytes.indexOf(body) + head.length;
  const close = open + room * 2 + 2;
  const range = `[0 ${open} ${close} ${bytes.length - close}]`.padEnd(blank.length);
  bytes.write(range, close + '/ByteRange'.length, 'latin1');
  return { bytes, open, close };
}
