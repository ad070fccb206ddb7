import { readOnePem, readPem } from '../../signing/certificate.ts';
import { sha256Hex } from '../../signing/digest.ts';
import type { Published } from '../log/publisher.ts';
import type { RecordState } from '../records/events.ts';
import type { Signer } from '../seal/signer.ts';
import type { Block } from './layout.ts';
import { clockText, type Draft } from './signed-paper.ts';

export interface ReceiptFacts {
  agency: { id: string; name: string };
  record: RecordState;
  /** Where the entry of the sealing stands, and its exact bytes. */
  entry: { seq: number; bytes: Uint8Array };
  published: Published;
  verifierKey: string;
  signer: Signer;
  zone: string;
}

const row = (zh: string, en: string, value: string): Block => ({ kind: 'row', zh, en, value });

/** receipt.pdf: what a receipt shows, for people. What proves it are the files beside it. */
export function receiptPaper({ agency, record, entry, published, verifierKey, signer, zone }: ReceiptFacts): Draft {
  const { object, manifest, sealedAt, timestamp } = record;
  if (!object || !manifest || !sealedAt) throw new Error(`${record.id} is not sealed`);
  const clock = (instant: string) => clockText(instant, zone);
  return {
    title: { zh: '固化回执', en: 'Receipt of a sealed record' },
    subject: { zh: '固化清单', en: 'Manifest', sha256: manifest.sha256 },
    blocks: [
      row('机关', 'Agency', `${agency.name}（${agency.id}）`),
      row('记录', 'Record', record.id),
      row('题名', 'Title', record.title),
      { kind: 'heading', zh: '原件', en: 'Original' },
      row('文件名', 'File name', record.name),
      row('类型', 'Media type', record.mediaType ?? 'application/octet-stream'),
      row('大小', 'Size', `${object.size} 字节 bytes`),
      row('SHA-256', 'of the original', object.sha256),
      ...(object.sm3 ? [row('SM3', 'of the original, GB/T 32905', object.sm3)] : []),
      { kind: 'heading', zh: '时间', en: 'Time' },
      row('收到', 'Received', `${clock(record.receivedAt)}（本机时钟 own clock）`),
      row('固化', 'Sealed', `${clock(sealedAt)}（本机时钟 own clock）`),
      row('时间戳', 'Time stamp', timeWords(timestamp, clock)),
      { kind: 'heading', zh: '账本', en: 'Log' },
      row('条目', 'Entry', `${entry.seq}，SHA-256 ${sha256Hex(entry.bytes)}`),
      row(
        '检查点',
        'Checkpoint',
        `${published.size} 条 entries，根 root ${Buffer.from(published.root).toString('base64')}`,
      ),
      row('公钥', 'Verifier key', verifierKey),
      { kind: 'heading', zh: '签名', en: 'Signature' },
      row('固化清单', 'Manifest, SHA-256', manifest.sha256),
      row('签名证书', 'Certificate, SHA-256', sha256Hex(readOnePem(signer.certificatePem).der)),
      row(
        '根证书',
        'Roots, SHA-256',
        readPem(signer.caPem)
          .map(({ der }) => sha256Hex(der))
          .join(' '),
      ),
      { kind: 'heading', zh: '核验', en: 'How to check' },
      ...HOW,
    ],
  };
}

function timeWords(timestamp: RecordState['timestamp'], clock: (instant: string) => string): string {
  if (!timestamp) return '无：时间仅为本机时钟 none: times are by its own clock';
  const whose = timestamp.selfIssued
    ? '自签：只证明先后，不证明独立时间 self-issued: it proves order, not independent time'
    : '外部时间戳机构 an outside authority';
  return `${clock(timestamp.at)}（${whose}）`;
}

const HOW: Block[] = [
  '1. 本页与同一回执中的其他文件一并核验（不需要联网，也不需要出具单位的系统） Check this page with the other files of the receipt, offline: npx tiezheng verify RECEIPT.zip --trust ca.pem --vkey log.vkey',
  '2. 只有原件：计算其 SHA-256，与上列比对 Of the original alone: compare its SHA-256 with the one above.',
  '3. 只有本页：用任一 PDF 阅读器核验其中的签名（PAdES） Of this page alone: any PDF reader that verifies PAdES signatures.',
  '根证书和账本公钥请另由可信渠道取得，并与上列比对。VERIFY.md 有不用本系统的核验方法。系统完整性签名由系统自行签发，不是电子印章。 Get root and verifier key another way and compare. The signature is issued by the installation itself; it is no e-seal.',
].map((text) => ({ kind: 'text', text }));
