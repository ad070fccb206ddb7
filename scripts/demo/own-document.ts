import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const DOCUMENT_NAME = '现场检查笔录.txt';

/** Writes the document that the demo uses when it was given none: an on-site inspection record as text, fictional. */
export async function makeDocument(folder: string, now: Date): Promise<string> {
  const path = join(folder, DOCUMENT_NAME);
  const lines = [
    '现场检查笔录',
    '',
    `检查时间：${now.toISOString()}`,
    '被检查人：示例餐饮店（虚构）',
    '执法人员：陈执法（演示）',
    '检查情况：经营场所门口占道堆放物品，已当场责令改正。',
    '',
    '本笔录为演示生成，人物与事件均为虚构。',
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { flag: 'wx' });
  return path;
}
