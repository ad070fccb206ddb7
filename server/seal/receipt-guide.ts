import type { RecordState } from '../records/events.ts';

/** VERIFY.md of a receipt: what it shows and how to check it without us. */
export const receiptGuide = (record: RecordState): string => `# 如何核验本回执 How to check this receipt

本回执证明：记录 ${record.id} 的原件（SHA-256 ${record.object?.sha256}，${record.object?.size} 字节）已于 ${record.sealedAt} 固化，
其清单（manifest.json）经系统完整性签名。系统完整性签名不是电子印章。
This receipt shows that the original of record ${record.id} was sealed at ${record.sealedAt} and that its manifest carries the
installation's system integrity signature (no e-seal); and that the log of the agency holds the entry of the sealing (entry.json).
本回执同时证明：该机关的账本（只增不改的默克尔树，RFC 6962）在检查点（checkpoint）之时已含有固化条目 entry.json。

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

5. 账本 Log — \`entry.tlog-proof\`（C2SP tlog-proof）证明 \`entry.json\` 的原样字节在检查点之下；\`log.vkey\` 请另由可信渠道取得并比对。
   The proof leads from the exact bytes of entry.json (leaf: SHA-256 of 0x00 and the bytes) to the root of the checkpoint, a C2SP
   signed note; compare log.vkey with what you got by another channel. Go's golang.org/x/mod/sumdb/note reads both.

   检查点的时间（有 checkpoint.tsr 时）The time of the checkpoint, where there is a checkpoint.tsr:

\`\`\`
openssl ts -verify -in checkpoint.tsr -data checkpoint -CAfile certs/ca.pem -untrusted certs/tsa.pem
\`\`\`

   见证人（C2SP tlog-cosignature）的联署在 \`checkpoint\` 的其余签名行中，用 \`--witness\` 指定其公钥核验。
   Further signature lines of checkpoint are cosignatures of witnesses; name a witness's key by --witness.

6. 纸面 Paper — \`receipt.pdf\` 为便于阅读的同一内容，自身也有签名（PAdES，PDF/A-2b） the same for people, signed by itself; pdfsig exits 0 on a bad one: read its words:

\`\`\`
pdfsig -nocert receipt.pdf
\`\`\`

7. 全部核验 Everything (also the entry's key and what it says of manifest and signature):

\`\`\`
npx tiezheng verify RECEIPT.zip --trust ca.pem --vkey log.vkey
\`\`\`
${record.sm2 ? sm2Guide : ''}`;

const sm2Guide = `
7. 国密 SM2 签名 SM2 — 另有独立的 SM2 签名（SM2withSM3，用户标识 1234567812345678）；\`certs/sm2-ca.pem\` 请另由可信渠道取得并比对
   a separate SM2 signature; get certs/sm2-ca.pem by another channel and compare:

\`\`\`
openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -certin -inkey certs/sm2.pem -in manifest.json -sigfile manifest.json.sm2
openssl verify -vfyopt distid:1234567812345678 -partial_chain -CAfile certs/sm2-ca.pem certs/sm2.pem
npx tiezheng verify RECEIPT.zip --trust ca.pem --vkey log.vkey --sm2-trust sm2-ca.pem
\`\`\`
`;
