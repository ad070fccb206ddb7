/** Everything that the page itself says. The checks bring their own words. */

export type Language = 'zh' | 'en';

const words = {
  title: ['铁证 · 核验', 'Tiezheng · Verify'],
  lead: ['案卷包与固化回执的离线核验', 'Checks a case package or a sealing receipt, offline'],
  dropTitle: ['把案卷包或固化回执拖到这里', 'Drop a case package or a sealing receipt here'],
  dropHint: [
    '.zip、.asice 文件，或解压后的整个文件夹。文件只在本机读取，不会上传。',
    'A .zip or .asice file, or the whole unpacked folder. It is read on this machine only; nothing is sent.',
  ],
  chooseFile: ['选择文件', 'Choose a file'],
  chooseFolder: ['选择文件夹', 'Choose a folder'],
  beliefs: ['另行取得的根证书与账本公钥（建议填写）', 'Root certificate and log key from elsewhere (recommended)'],
  beliefsHint: [
    '包内也带有证书，但只信包内的证书，只能证明各部分彼此一致，不能证明由谁签署。请向出具机关或其上级另行索取，不要从包内复制。',
    'The package brings certificates of its own. Trusting those shows only that its parts agree, not who signed. Ask the agency or its superior for them another way; do not copy them out of the package.',
  ],
  trustLabel: ['根证书（PEM）', 'Root certificates (PEM)'],
  chooseTrust: ['读取证书文件', 'Read a certificate file'],
  vkeyLabel: ['账本公钥（log.vkey 中的一行）', 'Verifier key of the log (the line in log.vkey)'],
  crlLabel: ['吊销列表（.crl，可选）', 'Revocation list (.crl, optional)'],
  witnessLabel: [
    '须已联署的见证人公钥（每行一个，可选）',
    'Keys of witnesses that must have cosigned (one a line, optional)',
  ],
  again: ['重新核验', 'Check again'],
  running: ['核验中', 'Checking'],
  passed: ['全部通过', 'Every check holds'],
  passedCount: ['共 {n} 项检查', '{n} checks'],
  failed: ['有 {n} 项不通过', '{n} of the checks do not hold'],
  failedHint: [
    '不要据此采信。请向出具机关重新索取原包；若仍不通过，保留此包并说明下列不通过的项目。',
    'Do not rely on it. Ask the agency for the original package again; if that fails too, keep this one and report the lines that do not hold.',
  ],
  unreadableHint: [
    '请选择导出的 .zip 或 .asice 文件本身，或解压后的整个文件夹，不要只选其中的文件。若是下载中断，请重新下载。',
    'Choose the exported .zip or .asice itself, or the whole unpacked folder rather than files out of it. If the download broke off, download it again.',
  ],
  trustInside: [
    '信任根取自包内：只证明内容前后一致，未证明由谁签署。请填写另行取得的根证书后重新核验。',
    'Trust came from inside: the parts agree, but it is not shown who signed. Give a root certificate from elsewhere and check again.',
  ],
  trustGiven: ['信任根由您提供。', 'The root certificate is the one you gave.'],
  vkeyInside: [
    '账本公钥取自包内：未证明是哪一本账。',
    'The log key came from inside: it is not shown whose log it is.',
  ],
  vkeyGiven: ['账本公钥由您提供。', 'The log key is the one you gave.'],
  stopped: ['其后的检查以此为前提，未再进行。', 'The checks that would follow rest on this one and were not made.'],
  reading: ['读取 {path}：{done} / {total}', 'Reading {path}: {done} of {total}'],
  records: ['记录', 'Records'],
  recordsGood: ['以下原件与已核验的摘要相符。', 'The originals below have the digests that were checked.'],
  recordsBad: [
    '核验未通过：以下内容未经证明，仅供查看。',
    'The checks do not hold: what follows is unproven and only shown.',
  ],
  play: ['播放', 'Play'],
  show: ['查看', 'Show'],
  save: ['保存', 'Save'],
  absent: ['原件不在包内（未固化或已依法处置）', 'The original is not in the package'],
  unplayable: [
    '此浏览器不能播放这种编码。请保存后用其他播放器打开。',
    'This browser cannot play that encoding. Save it and open it in a player.',
  ],
  compressed: [
    '该文件在 zip 中被压缩且很大，不能直接播放。请解压后选择文件夹。',
    'It is compressed in the zip and too large to be played from there. Unpack the zip and choose the folder.',
  ],
  holds: ['通过', 'holds'],
  refused: ['不通过', 'does not hold'],
  sceptic: [
    '本页随包附带：能改包的人也能改本页。存疑者请从项目发布处另取本页，并将其 SHA-256 与发布说明中公布的比对。',
    'This page came with the package: whoever could change the one could change the other. A sceptic should take the page from the project’s releases and compare its SHA-256 with the one published there.',
  ],
  offline: [
    '本页不联网，也不保存任何内容。不用本页也能核验：见包内 VERIFY.md（sha256sum、openssl、npx tiezheng verify）。',
    'The page uses no network and keeps nothing. The package can be checked without it: see VERIFY.md inside (sha256sum, openssl, npx tiezheng verify).',
  ],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type Word = keyof typeof words;
export const isWord = (name: string | undefined): name is Word => name !== undefined && Object.hasOwn(words, name);

/** A text with its `{places}` filled. */
export function say(language: Language, word: Word, values: Record<string, string | number> = {}): string {
  const text: string = words[word][language === 'zh' ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** `1.5 GB`, in powers of 1024. */
export function readableSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
