import { readFileSync } from 'node:fs';
import { Font } from '../../../server/paper/font.ts';
import { drawPaper, type Paper } from '../../../server/paper/paper.ts';
import { signPaper } from '../../../server/paper/sign-paper.ts';
import { signDetached } from '../../../signing/cms.ts';
import type { Trust } from '../../../signing/trust.ts';
import { ca, now, signer, stamped, tsa } from '../signing/pki.ts';

export const time = new Date('2026-11-22T08:00:00Z');

export const font = new Font(
  readFileSync(new URL('../fonts/NotoSansHans-Regular.otf', import.meta.resolve('@embedpdf/fonts-sc'))),
);

export const paper: Paper = {
  title: '固化回执 Receipt & <proof>',
  time,
  mark: ['系统完整性签名 System integrity signature', '时间 Time: 2026-11-22 16:00:00+08:00', 'ab'.repeat(32)],
  blocks: [
    { kind: 'title', zh: '固化回执', en: 'Receipt' },
    { kind: 'heading', zh: '原件', en: 'Original' },
    { kind: 'row', zh: '文件名', en: 'File name', value: '现场执法记录_𠮷野家\u202e4pm.mp4' },
    { kind: 'text', text: '系统完整性签名不是电子印章。' },
  ],
};

export const hands = {
  signer: {
    certificatePem: signer.certificatePem,
    caPem: ca.certificatePem,
    sign: async (content: Uint8Array, form: 'cades' | 'pades' = 'cades') =>
      signDetached({ content, ...signer, time: now, form }),
  },
  timestamper: {
    stamp: async (imprint: Parameters<typeof stamped>[0]) => ({
      ...{ token: stamped(imprint, now), time: now, selfIssued: true },
    }),
  },
};

export const trust: Trust = {
  ...{ given: ca.certificatePem, inside: ca.certificatePem, signer: signer.certificatePem },
  time: { tsa: tsa.certificatePem, lists: [] },
};

export const signedSample = (reason = '系统完整性签名') => signPaper(drawPaper(paper, font), hands, { time, reason });
