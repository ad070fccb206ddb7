import type { Entry } from '../../signing/chain.ts';

/** VERIFY.md of an entry's proof: what it shows and how to check it without us. */
export const entryProofGuide = (
  { seq, chain, time }: Entry,
  size: number,
): string => `# 如何核验本证明 How to check this proof

本证明表明：机关 ${chain} 的账本（只增不改的默克尔树，RFC 6962）在 ${size} 条之时，第 ${seq} 条即 entry.json 的原样字节（${time}）。
This shows that entry ${seq} of the log of agency ${chain} was exactly the bytes of entry.json when the log had ${size} entries.
个人信息字段在账本中为密文（{"enc": …}），本证明不含其密钥。
Personal fields are ciphertext in the log; their keys are not in here.

1. 账本 Log — \`entry.tlog-proof\`（C2SP tlog-proof）由 entry.json 的字节（叶：SHA-256(0x00 ‖ 字节)）通到检查点的根；\`log.vkey\` 请另由可信渠道取得并比对。
   The proof leads from the bytes of entry.json (leaf: SHA-256 of 0x00 and the bytes) to the root of the checkpoint, a C2SP signed note;
   compare log.vkey with what you got by another channel.

2. 时间 Time — 有 checkpoint.tsr 时 where there is a checkpoint.tsr:

\`\`\`
openssl ts -verify -in checkpoint.tsr -data checkpoint -CAfile certs/ca.pem -untrusted certs/tsa.pem
\`\`\`

3. 全部核验 Everything:

\`\`\`
npx tiezheng verify PROOF.zip --trust ca.pem --vkey log.vkey
\`\`\`
`;
