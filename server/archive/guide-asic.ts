import { ASIC_FILES } from '../../signing/asic.ts';

/** What is said of a container that many other tools do not open. */
export const manyFiles = (files: number): string =>
  `容器内有 ${files} 个文件，超过 ${ASIC_FILES} 个：许多核验工具（如欧盟 DSS 的默认设置）会拒绝，请改用案卷包（bag） ` +
  `${files} files, more than ${ASIC_FILES}: many judges (EU DSS as it is set at first) refuse such containers; ask for the bag`;

/** What VERIFY.md of an ASiC-E container says beside what it says of the bag. */
export const asicGuide = `
# ASiC-E 容器 The ASiC-E container

本文件取自 ASiC-E 容器（ETSI EN 319 162-1）：META-INF/ASiCManifest001.xml 列出除 mimetype 与 META-INF 之外每个文件的 SHA-256，
META-INF/signature001.p7s 是对该清单的系统完整性签名（CAdES）。核验：
This file came in an ASiC-E container: META-INF/ASiCManifest001.xml has the SHA-256 of every file but mimetype and META-INF, and
META-INF/signature001.p7s is the system integrity signature over it (CAdES). To check:

    unzip CONTAINER.asice -d FOLDER && cd FOLDER
    openssl cms -verify -cades -binary -purpose any -inform DER -in META-INF/signature001.p7s \\
      -content META-INF/ASiCManifest001.xml -CAfile ca.pem -out /dev/null

该清单与案卷包清单所列摘要相同，上文的 sha256sum 命令即可核对全部文件；也可用任何支持 ASiC-E 的工具（如欧盟 DSS）核验容器本身，
或 npx tiezheng verify CONTAINER.asice --trust ca.pem --vkey log.vkey。文件超过 ${ASIC_FILES} 个时，许多工具会拒绝这种容器，请改用案卷包。
The digests in it are those of the bag's own manifests, so the sha256sum command above checks every file; any tool that reads ASiC-E
(EU DSS) checks the container as it is. With more than ${ASIC_FILES} files many of them refuse: use the bag.
`;
