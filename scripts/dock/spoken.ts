import { findingWords } from './words.ts';

type Data = Record<string, unknown>;

/** What is said on a terminal of each event, Chinese first; what is not here is not said. */
const said: Record<string, (data: Data) => string> = {
  contact: ({ dock, agency, pinned, first }) =>
    `已连接 connected: ${agency} · ${dock}${first ? ` · 首次连接，请核对 first contact, compare ${pinned}` : ''}`,
  'token-exposed': ({ file }) => `令牌文件他人可读，请执行 others can read the token, run: chmod 600 ${file}`,
  status: ({ url }) => `状态页 status page: ${url}`,
  'no-status': ({ why }) => `无状态页 no status page: ${why}`,
  attached: ({ card, folder, profile, files, offsetMs }) =>
    `接入 attached: ${card} · ${folder} · ${profile} · ${files} 个文件 files${typeof offsetMs === 'number' ? ` · 时钟 clock ${Math.round(offsetMs / 1000)} s` : ''}`,
  detached: ({ card }) => `移除 detached: ${card}`,
  finding: ({ card, code, detail }) =>
    `发现 finding: ${card} · ${findingWords[String(code)] ?? ''} ${code}${detail ? ` · ${detail}` : ''}`,
  sealed: ({ card, file }) => `已固化 sealed: ${card} · ${file}`,
  kept: ({ card, file, why }) => `保留 kept: ${card} · ${file} · ${why}`,
  'would-erase': ({ card, file }) => `可清除（未清除） would erase: ${card} · ${file}`,
  'would-bring': ({ card, file, size }) => `将采集 would bring: ${card} · ${file} · ${size} B`,
  'would-ignore': ({ card, file }) => `将忽略 would leave alone: ${card} · ${file}`,
  erased: ({ card, file }) => `已清除 erased: ${card} · ${file}`,
  stated: ({ card, day, files, findings }) =>
    `已声明 stated: ${card} · ${day} · ${files} 个文件 files · ${findings} 项发现 findings`,
  failed: ({ card, file, why, tries }) => `失败 failed: ${card} · ${file} · ${why}（第 ${tries} 次 try）`,
  away: ({ why, againInMs }) =>
    `服务无应答 no answer: ${why} · ${Math.ceil(Number(againInMs) / 1000)} 秒后再试 s until it is asked again`,
  unwatched: ({ why }) => `无法查看 cannot look: ${why}`,
  done: ({ cards, ...counts }) =>
    `完成 done: ${cards} 张卡 cards · ${Object.entries(counts)
      .map(([state, count]) => `${state} ${count}`)
      .join(' · ')}`,
};

export const spoken = (event: string, data: Data): string | undefined => said[event]?.(data);

const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/u;

/** Cells of a terminal that a text takes. */
export const widthOf = (text: string): number => [...text].reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1), 0);

/** A text in so many cells: with spaces after it, or with its end left out. */
export function inCells(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text + ' '.repeat(cells - widthOf(text));
  let [kept, width] = ['', 1];
  for (const each of text) {
    width += widthOf(each);
    if (width > cells) break;
    kept += each;
  }
  return `${kept}…${' '.repeat(Math.max(0, cells - widthOf(kept) - 1))}`;
}
