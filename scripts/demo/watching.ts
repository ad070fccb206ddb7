import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Problem, until } from './api.ts';
import type { Organisation } from './organisation.ts';
import { expect, type Steps } from './steps.ts';

export interface Watched {
  grantId: string;
  viewingId: string;
  bytes: number;
  sha256: string;
  expiresAt: string;
  refusal: { status: number; code: string; at: string };
}

interface Grant {
  id: string;
  state: string;
  expiresAt?: string;
}

interface Viewing {
  id: string;
  records: { recordId: string; url: string; size: number }[];
}

interface Seen {
  id: string;
  state: string;
  bytes: number;
  ranges: unknown[];
}

const RANGES = 4;

/** The reviewer asks, the approver gives a few seconds, the reviewer watches all of it by ranges, and is refused afterwards. */
export async function watchUnderGrant(
  organisation: Organisation,
  asked: { caseId: string; recordId: string; size: number },
  steps: Steps,
): Promise<Watched> {
  const { reviewer } = organisation;
  const seconds = 5 + Math.ceil(asked.size / (50 * 1024 * 1024));
  const grant = await askAndApprove(organisation, asked, seconds, steps);
  const watched = await steps.run('调阅：分段读取', 'Watching, by ranges', async () => {
    const viewing = await reviewer.api.post<Viewing>(`/grants/${grant.id}/viewings`);
    const [record] = viewing.records;
    expect(record !== undefined && record.size === asked.size, '应能读到该记录', 'the viewing shows the record');
    const sha256 = await readByRanges(organisation, record.url, record.size, steps);
    return { viewingId: viewing.id, url: record.url, sha256 };
  });
  const refusal = await steps.run('到期后再读', 'Reading after the grant has ended', async () => {
    const left = Date.parse(grant.expiresAt) - Date.now();
    if (left > 0) steps.tell(`等待 ${Math.ceil(left / 1000)} 秒至授权到期`, 'until the grant ends');
    await sleep(Math.max(0, left) + 250);
    const response = await reviewer.api.send('GET', watched.url, undefined, { Range: 'bytes=0-0' });
    const problem = (await response.json()) as Problem;
    expect(
      response.status === 403 && problem.code === 'GRANT_EXPIRED',
      '应被拒绝',
      `refused with ${response.status} ${problem.code}`,
    );
    steps.tell(`拒绝：${response.status} ${problem.code} ${problem.title ?? ''}`, 'refused');
    const refusedAt = new Date().toISOString();
    await tellWhoWatched(organisation, asked.recordId, watched.viewingId, steps);
    return { status: response.status, code: problem.code, at: refusedAt };
  });
  const { viewingId, sha256 } = watched;
  return { grantId: grant.id, viewingId, bytes: asked.size, sha256, expiresAt: grant.expiresAt, refusal };
}

/** What was watched is in the ledger at the latest when the viewing has ended. */
async function tellWhoWatched({ reviewer, approver }: Organisation, recordId: string, viewingId: string, steps: Steps) {
  await reviewer.api.send('POST', `/viewings/${viewingId}/close`, {});
  const { items } = await until(
    60,
    () => approver.api.get<{ items: Seen[] }>(`/records/${recordId}/viewings`),
    (page) => page.items.some(({ id, state }) => id === viewingId && state === 'closed'),
  );
  const seen = items.find(({ id }) => id === viewingId);
  expect((seen?.ranges.length ?? 0) > 0, '应记有调阅的范围', 'the ranges that were watched are on record');
  steps.tell(`调阅已记录：${seen?.bytes} 字节`, 'bytes watched are on record');
}

async function askAndApprove(
  { reviewer, approver }: Organisation,
  { caseId, recordId }: { caseId: string; recordId: string },
  seconds: number,
  steps: Steps,
): Promise<{ id: string; expiresAt: string }> {
  const asked = await steps.run('法制审核人员申请调阅', 'The reviewer asks for retrieval', async () => {
    const body = {
      reason: 'case',
      text: '法制审核需要查看现场检查视频',
      caseId,
      recordIds: [recordId],
      seconds,
      viewings: 1,
    };
    const grant = await reviewer.api.post<Grant>('/grants', body);
    expect(grant.state === 'waiting', '应待审批', `it waits for an answer, state ${grant.state}`);
    const early = await reviewer.api.send('POST', `/grants/${grant.id}/viewings`, {});
    expect(early.status >= 400, '未经批准不得调阅', `before approval: ${early.status}`);
    return grant;
  });
  return await steps.run(`采集部门审批，限 ${seconds} 秒`, `The approver grants ${seconds} s`, async () => {
    const body = { decision: 'approve', reason: '同意审核调阅' };
    const { id, expiresAt } = await approver.api.post<Grant>(`/grants/${asked.id}/answer`, body);
    expect(expiresAt !== undefined, '应有到期时间', 'the grant has an end');
    steps.tell(`到期 ${expiresAt}`, 'is its end');
    return { id, expiresAt };
  });
}

async function readByRanges({ reviewer }: Organisation, url: string, size: number, steps: Steps): Promise<string> {
  const bar = steps.bar('调阅 watch', size);
  const hash = createHash('sha256');
  const part = Math.max(1, Math.ceil(size / RANGES));
  for (let start = 0; start < size; start += part) {
    const end = Math.min(size, start + part) - 1;
    const response = await reviewer.api.send('GET', url, undefined, { Range: `bytes=${start}-${end}` });
    expect(
      response.status === 206 && response.body !== null,
      '应返回所请求的分段',
      `a range answers ${response.status}`,
    );
    for await (const chunk of response.body) {
      hash.update(chunk);
      bar.add(chunk.length);
    }
  }
  bar.end();
  return hash.digest('hex');
}
