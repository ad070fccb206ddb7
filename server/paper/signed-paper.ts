import { readFile } from 'node:fs/promises';
import { readOnePem } from '../../signing/certificate.ts';
import type { Signer } from '../seal/signer.ts';
import type { Timestamper } from '../seal/timestamper.ts';
import { Font } from './font.ts';
import type { Block } from './layout.ts';
import { drawPaper } from './paper.ts';
import { signPaper } from './sign-paper.ts';

/** What a paper says, before it is signed. */
export interface Draft {
  title: { zh: string; en: string };
  blocks: readonly Block[];
  /** What the visible mark names as the thing that the paper is about. */
  subject: { zh: string; en: string; sha256: string };
}

interface Hands {
  signer: Signer;
  timestamper: Timestamper;
  now: () => Date;
  /** IANA zone of what people read. */
  zone: string;
}

const MARK = '系统完整性签名 System integrity signature';
const FILE = new URL('../fonts/NotoSansHans-Regular.otf', import.meta.resolve('@embedpdf/fonts-sc'));

let font: Promise<Font> | undefined;

/** The one font of our papers: read when first asked for, and kept (8 MiB). */
const houseFont = (): Promise<Font> => {
  font ??= readFile(FILE).then((file) => new Font(file));
  return font;
};

/** An instant (RFC 3339) as people read it, in a zone, to the second. */
export const clockText = (instant: string, zone: string): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' })
    .replace('T', ' ');

/**
 * Draws a paper and signs it: PDF/A-2b, PAdES. Its visible mark is a rectangular box with name, time and digest; a round red image stands only for a lawful
 * e-seal (电子印章管理办法), which this is not.
 */
export async function signedPaper({ signer, timestamper, now, zone }: Hands, draft: Draft): Promise<Buffer> {
  const time = new Date(Math.floor(now().getTime() / 1000) * 1000);
  const { subject, serial } = readOnePem(signer.certificatePem);
  const mark = [
    MARK,
    `签名人 Signer: ${subject}`,
    `证书序列号 Certificate: ${serial}`,
    `时间 Time: ${clockText(time.toISOString(), zone)}`,
    `${draft.subject.zh} ${draft.subject.en} SHA-256:`,
    draft.subject.sha256,
  ];
  const blocks: Block[] = [{ kind: 'title', ...draft.title }, ...draft.blocks];
  const title = `${draft.title.zh} ${draft.title.en}`;
  const paper = drawPaper({ title, blocks, mark, time }, await houseFont());
  return await signPaper(paper, { signer, timestamper }, { time, reason: MARK });
}
