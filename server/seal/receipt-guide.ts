import type { RecordState } from '../records/events.ts';

/** VERIFY.md of a receipt: what it shows and how to check it without us. */
export const receiptGuide = (record: RecordState): string => `# 如何核验本回执 How to check this receipt

本回执证明：记录 ${record.id} 的原件（SHA-256 ${record.object?.sha256}，${record.object?.size} 字节）已于 ${record.sealedAt} 固化，
其清单（manifest.json）经系统完整性签名。系统完整性签名不是电子印章。
This receipt shows that the original of record ${record.id} was sealed at ${record.sealedAt} and that its manifest carries the
installation's system integrity signature (no e-seal). It is an interim receipt: no camera is erased against it.

1. 签名 Signature — \`certs/ca.pem\` 请另由可信渠道取得并比对 take the root by another channel and compare:

\`\`\`
openssl cms -verify -cades -binary -purpose any -inform DER -in manifest.json.p7s -content manifest.json -CAfile certs/ca.pem -out /dev/null
\`\`\`

2. 各文件 Files — 签名的清单列出其余每个文件的摘要 a signed list has the digest of every other file:

\`\`\`
sha256sum --strict -c sha256.txt
openssl cms -verify -cades -binary -purpose any -inform DER -in sha256.txt.p7s -content sha256.txt -CAfile certs/ca.pem -out /dev/null
\`\`\`

3. 时间 Time${record.timestamp ? `（${record.timestamp.at}${record.timestamp.selfIssued ? '，自签 self-issued' : ''}）` : '（无时间戳 none）'} — ${
  record.timestamp && !record.timestamp.selfIssued
    ? '`ca.pem` 换为时间戳机构的根证书 give the root of the time-stamping authority'
    : '自签时间戳只证明先后，不证明独立时间 self-issued stamps prove order, not independent time'
}:

\`\`\`
openssl ts -verify -in manifest.json.tsr -data manifest.json -CAfile certs/ca.pem -untrusted certs/tsa.pem
\`\`\`

4. 原件 Original — 与清单中的摘要比对 compare with the digest in the manifest:

\`\`\`
sha256sum FILE
\`\`\`

5. 全部核验 Everything (also the ledger entry, its key and what it says of manifest and signature):

\`\`\`
npx tiezheng verify RECEIPT.zip --trust ca.pem
\`\`\`
`;
