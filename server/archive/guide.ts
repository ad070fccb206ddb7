import type { ExportForm } from './events.ts';
import { asicGuide } from './guide-asic.ts';
import { sm2Guide } from './guide-sm2.ts';

/** VERIFY.md of a package: how a stranger checks it with tools that we did not write, offline. Both languages. */
export const verifyGuide = (caseName: string, { form, sm2 }: { form: ExportForm; sm2: boolean }) =>
  [bagGuide(caseName), ...(sm2 ? [sm2Guide] : []), ...(form === 'asice' ? [asicGuide] : [])].join('');

const bagGuide = (caseName: string) => `# 如何核验本案卷包

案卷：${caseName}

本文件夹是 BagIt 1.0（RFC 8493）数据包。一枚系统完整性签名覆盖其中全部文件：签名覆盖 tagmanifest-sha256.txt，
后者列出各说明文件与 manifest-sha256.txt 的摘要，manifest-sha256.txt 列出 data/ 下每个文件的摘要。
系统完整性签名由本系统自行签发，不是电子印章。

请先从本包以外的渠道（出具单位）取得根证书 ca.pem，再在本文件夹内执行：

    sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt

    openssl cms -verify -cades -binary -purpose any -inform DER \\
      -in signatures/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt \\
      -CAfile ca.pem -out /dev/null

    openssl ts -verify -in signatures/tagmanifest-sha256.txt.tsr -data tagmanifest-sha256.txt \\
      -CAfile ca.pem -untrusted certs/tsa.pem

（第三条核验时间戳；没有 .tsr 文件即无时间戳。由本系统自签的时间戳只证明先后，不证明独立时间；由外部机构签发的，
-CAfile 请用该机构的根证书。）

前两条命令都通过，即全部文件与签名时一致。包内 certs/ca.pem 仅供参考：只信任它，等于让本包自己证明自己。

每个载荷文件的国密 SM3 摘要（GB/T 32905）列于 metadata/digests-sm3.txt，可这样比对（无输出即相符）：

    cut -c67- metadata/digests-sm3.txt | xargs openssl dgst -sm3 -r | tr '*' ' ' | diff - metadata/digests-sm3.txt

每份原件在 data/manifests/ 下另有固化清单（.json）及其签名（.json.p7s），可按同样方式单独核验，例如：

    openssl cms -verify -cades -binary -purpose any -inform DER \\
      -in data/manifests/0001.json.p7s -content data/manifests/0001.json -CAfile ca.pem -out /dev/null

账本条目（data/entries/，一条一文件）的链接、个人信息密文、检查点签名，连同以上各项，可用本系统的工具逐项核验：

    npx tiezheng verify 本文件夹或zip --trust ca.pem --vkey log.vkey

检查点另有时间戳 ledger/checkpoint.tsr（若有）；其余签名行是见证人的联署，用 --witness 指定其公钥核验：

    openssl ts -verify -in ledger/checkpoint.tsr -data ledger/checkpoint -CAfile ca.pem -untrusted certs/tsa.pem

不便使用命令行时，用浏览器打开 verify.html（不联网），把本包拖进去，即可看到同样的逐项结果并播放音视频。它随包附带，能改包的人也能改它：
存疑者请从项目发布处另取，其 SHA-256 应与发布说明中公布的一致。

目录说明：data/originals 原件（安全文件名，原名见 metadata/records.json）；data/signatures 个人签名（若有，所签内容在相应条目内）；metadata/contents.csv 卷内目录；
metadata/viewings.json 调阅记录；ledger/keys.json 各条目的密钥；ledger/checkpoint 检查点；ledger/log.vkey 其公钥（请另由可信渠道取得并比对）；
proofs/ 每个条目在账本中的包含证明（C2SP tlog-proof），均指向该检查点；cover.pdf 案卷封面（PDF/A-2b，自身有 PAdES 签名，可用 pdfsig 核验）。

# How to check this package

Case: ${caseName}

This folder is a BagIt 1.0 bag (RFC 8493). One system integrity signature covers everything in it: it is over tagmanifest-sha256.txt,
which lists the digests of all tag files and of manifest-sha256.txt, which lists the digest of every file under data/.
The signature is issued by the system itself; it is not an e-seal.

Get the root certificate ca.pem from the agency, by another way than this package. Then, in this folder:

    sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt

    openssl cms -verify -cades -binary -purpose any -inform DER \\
      -in signatures/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt \\
      -CAfile ca.pem -out /dev/null

    openssl ts -verify -in signatures/tagmanifest-sha256.txt.tsr -data tagmanifest-sha256.txt \\
      -CAfile ca.pem -untrusted certs/tsa.pem

(The third is about time; without the .tsr file there is none. Stamps that this system issued itself prove order, not independent time; for those of
an outside authority give its root as -CAfile.)

When the first two succeed, every file is what was signed. certs/ca.pem is here for convenience: to trust only it is to let the package
vouch for itself.

The SM3 digest (GB/T 32905) of every payload file stands in metadata/digests-sm3.txt; compare (no output means equal):

    cut -c67- metadata/digests-sm3.txt | xargs openssl dgst -sm3 -r | tr '*' ' ' | diff - metadata/digests-sm3.txt

Each original has its own sealing manifest and signature under data/manifests/ (0001.json, 0001.json.p7s), checked the same way.
The ledger entries under data/entries/ (their links, the commitments to their keys, the signed checkpoint) and all of the above are
checked line by line by:

    npx tiezheng verify FOLDER_OR_ZIP --trust ca.pem --vkey log.vkey

The checkpoint has a time stamp of its own, ledger/checkpoint.tsr, unless no authority gave one; its further signature lines are
cosignatures of witnesses, whose keys you name by --witness:

    openssl ts -verify -in ledger/checkpoint.tsr -data ledger/checkpoint -CAfile ca.pem -untrusted certs/tsa.pem

Without a command line, open verify.html in a browser (it uses no network) and drop the package on it: the same list, and the footage to play. It came
with the package, and whoever could change the one could change the other: a sceptic takes it from the project's releases, where its SHA-256 is published.

Where things are: data/originals the originals under safe names (original names in metadata/records.json); data/signatures
personal signatures, if any (what they are over is in their entries); metadata/contents.csv the list
of contents; metadata/viewings.json who watched what; ledger/keys.json the key of each entry; ledger/checkpoint the signed head of the
ledger, ledger/log.vkey its public key (get it by another way too and compare); proofs/ for each entry the proof that the log holds it
(C2SP tlog-proof), all to that checkpoint; cover.pdf the cover for people, signed by itself (PAdES: pdfsig reads it).
`;
