/** What VERIFY.md of a package says when something in it is signed with SM2 too. */
export const sm2Guide = `
# 国密 SM2 签名 SM2 signatures

本包另有独立的 SM2 签名（SM2withSM3，用户标识 1234567812345678，DER 编码的 r、s，直接对文件原文签名）：
signatures/tagmanifest-sha256.txt.sm2 签 tagmanifest-sha256.txt，data/manifests/NNNN.json.sm2 签各固化清单；证书见 certs/sm2.pem（可能有多张），
其上级见 certs/sm2-ca.pem（请另由可信渠道取得并比对）。核验（SIGNER.pem 为其中签署所用的一张）：
Beside the system's signatures there are SM2 ones (SM2 with SM3, user id 1234567812345678, r and s in DER, over the bytes of the file):
signatures/tagmanifest-sha256.txt.sm2 and data/manifests/NNNN.json.sm2. Certificates: certs/sm2.pem (there may be several), their issuers:
certs/sm2-ca.pem (get them another way and compare). To check, SIGNER.pem being the one that signed:

    openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -certin -inkey SIGNER.pem \\
      -in tagmanifest-sha256.txt -sigfile signatures/tagmanifest-sha256.txt.sm2
    openssl verify -vfyopt distid:1234567812345678 -partial_chain -CAfile certs/sm2-ca.pem SIGNER.pem

全部 SM2 签名 all of them: npx tiezheng verify … --sm2-trust sm2-ca.pem
`;
