import { ASIC_FILES, ASIC_MEDIA_TYPE, asicPaths, isAsicPath, readAsicManifest } from './asic.ts';
import { readManifest } from './bag.ts';
import { type CheckLine, check, type Findings } from './checklist.ts';
import { sha256 } from './digest.ts';
import { packagePaths } from './package-layout.ts';
import { digestsOf, readSmall, type Subject, textOf } from './tree.ts';
import { signedBy, verifyBySigner } from './trust.ts';
import { verifyPackage } from './verify-package.ts';
import { demandSignatureTime, standingWords, timedBy } from './verify-time.ts';

const LIST_LIMIT = 128 * 1_048_576;
const SMALL_LIMIT = 262_144;

/** The list of what must be true of an ASiC-E container, and of the package that it holds: docs/formats/package.md. */
export async function* verifyAsic(subject: Subject): AsyncGenerator<CheckLine> {
  const { tree, sizes } = subject;
  const inside = new Map([...sizes].filter(([path]) => !isAsicPath(path)));

  const container = await check(
    [
      'asic.container',
      '是 ASiC-E 容器（ETSI EN 319 162-1）：mimetype 居首，均不压缩，META-INF 内仅有清单与签名',
      'it is an ASiC-E container: mimetype first, nothing deflated, in META-INF the list and the signature alone',
    ],
    async (findings) => {
      for (const path of Object.values(asicPaths)) findings.demand(sizes.has(path), `missing: ${path}`);
      for (const path of inside.keys())
        findings.demand(!/^META-INF(\/|$)/i.test(path), `not part of a container: ${path}`);
      const type = textOf(await readSmall(tree, asicPaths.mimetype, ASIC_MEDIA_TYPE.length));
      findings.demand(type === ASIC_MEDIA_TYPE, 'mimetype is another');
      if (tree.zip) {
        findings.demand(tree.zip.first === asicPaths.mimetype, 'mimetype is not at the very beginning of the zip');
        for (const path of tree.zip.deflated) findings.fault(`deflated: ${path}`);
      } else findings.note('已解开的容器 an unpacked container');
      if (sizes.size > ASIC_FILES)
        findings.note(`${sizes.size} 个文件，许多核验工具会拒绝 files: many judges refuse so many`);
    },
  );
  yield container.line;
  if (!container.line.ok) return;

  const list = await check(
    [
      'asic.manifest',
      '容器清单格式严格规范，列出且仅列出其余全部文件，摘要与包内清单一致',
      'the list of the container is in its exact form and has every other file, with the digests of the package',
    ],
    async (findings) => {
      const bytes = await readSmall(tree, asicPaths.manifest, LIST_LIMIT);
      await demandListed(subject, inside, readAsicManifest(textOf(bytes)), findings);
      return sha256(bytes);
    },
  );
  yield list.line;

  const bag = yield* verifyPackage({ ...subject, sizes: inside });
  const contentSha256 = list.value;
  if (!bag || !contentSha256) return;

  const signature = await check(
    ['asic.signature', '容器的系统完整性签名有效', 'the signature over the list of the container holds'],
    async (findings) => {
      const cms = await readSmall(tree, asicPaths.signature, SMALL_LIMIT);
      const signed = verifyBySigner(cms, contentSha256, bag.believed);
      const standing = demandSignatureTime(signed, bag.believed);
      findings.note(signedBy(signed));
      findings.note(`${standingWords[standing]} ${timedBy(signed)}`.trim());
    },
  );
  yield signature.line;
}

/**
 * Every file once, with its digest. What the package's own manifests list is compared with them, since the package is checked against those
 * anyway; the few other files are digested here.
 */
async function demandListed(
  { tree, digest }: Subject,
  inside: ReadonlyMap<string, number>,
  listed: ReadonlyMap<string, string>,
  findings: Findings,
): Promise<void> {
  const manifests = [packagePaths.manifest, packagePaths.tagManifest].filter((path) => inside.has(path));
  const texts = await Promise.all(manifests.map(async (path) => textOf(await readSmall(tree, path, LIST_LIMIT))));
  const known = new Map(texts.flatMap((text) => [...readManifest(text)]));
  for (const path of listed.keys()) findings.demand(inside.has(path), `missing: ${path}`);
  for (const [path, size] of inside) {
    const own = known.get(path) ?? (await digestsOf(tree, path, size, ['sha256'], digest)).digests.get('sha256');
    findings.demand(listed.get(path) === own, listed.has(path) ? `another digest: ${path}` : `not listed: ${path}`);
  }
}
