import { chainVerifier } from '../signing/checkpoint.ts';
import type { Restored } from './restore-into.ts';

/** What the operator is told at the end: what there is now, what to compare it with, and what to do next. */
export function wordsOf(settings: string, { sizes, ways }: Restored, verifier: string, faults: number): string[] {
  const entries = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return [
    `${entries} entries of ${sizes.size} chains restored (已恢复 ${sizes.size} 条链 ${entries} 条记录); 缺失或损坏 missing or damaged: ${faults}`,
    ...[...sizes].map(([chain, size]) => `  ${size}\t${chainVerifier(verifier, chain)}`),
    '以上条数与公钥请与另途所得比对；最后检查点之后的条目不在对象存储中 compare sizes and log keys with what you have from another channel; what was entered after the last checkpoint is not in the stores.',
    '口令与会话不是证据，不在其中；请先让每个机关的一名安全管理员登录 passwords are not in the stores; let a security administrator of each agency in:',
    ...ways.map(({ agency, usernames }) =>
      usernames.length > 0
        ? `  ${settings} npx tiezheng rescue ${agency.code} ${usernames.join('|')}`
        : `  ${agency.code}: 没有可用的安全管理员 it has no active security administrator`,
    ),
    ...(faults > 0 ? ['链不完整时服务拒绝启动 the service does not start with a chain that is not whole.'] : []),
    '然后启动 then start:',
    `  ${settings} npm start`,
  ];
}
