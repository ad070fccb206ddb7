import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { until } from './api.ts';
import type { Organisation } from './organisation.ts';
import { expect, readable, type Steps } from './steps.ts';
import { uploadWithBreak } from './tus-upload.ts';

/** A file to bring in: its path, size and SHA-256. */
export interface Source {
  path: string;
  name: string;
  size: number;
  sha256: string;
}

export interface RecordAnswer {
  id: string;
  state: string;
  kind: string;
  name: string;
  mediaType?: string;
  size: number;
  object?: { sha256: string; sm3?: string; size: number };
  sealedAt?: string;
  quarantineReason?: string;
  findings: { code: string }[];
  caseIds: string[];
  subjectIds: string[];
}

export async function readSource(path: string): Promise<Source> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return { path, name: basename(path), size, sha256: hash.digest('hex') };
}

/** An organisation, fictional; its unified social credit code has a valid check character (GB 32100). */
const subject = {
  type: 'organisation',
  name: '示例餐饮店（虚构）',
  idType: 'credit-code',
  idNumber: '91331181MA0000DEMC',
};

export async function openCase({ officer, departmentId }: Organisation, steps: Steps) {
  return await steps.run('登记执法对象，立案', 'A subject is registered and a case opened', async () => {
    const { id: subjectId } = await officer.api.post<{ id: string }>('/subjects', subject);
    const caseNo = `示执罚〔2026〕第${String(Date.now()).slice(-6)}号`;
    const { id: caseId } = await officer.api.post<{ id: string }>('/cases', {
      kind: 'penalty',
      caseNo,
      cause: '占道经营案（演示）',
      departmentId,
      stage: 'INSPECT',
    });
    await officer.api.post(`/cases/${caseId}/subjects`, { subjectId });
    steps.tell(`${subject.name}，${caseNo}`, 'subject and case');
    return { subjectId, caseId, caseNo };
  });
}

/** Footage by tus, broken off once and resumed. Returns the record's id and where it went on. */
export async function bringFootage({ officer, deviceSerial }: Organisation, source: Source, steps: Steps) {
  return await steps.run(
    '执法记录仪视频断点续传（中途断开一次）',
    'Footage by tus, broken off once and resumed',
    async () => {
      const bar = steps.bar('上传 upload', source.size);
      const metadata = { filename: source.name, sha256: source.sha256, deviceSerial, source: 'dock' };
      const uploaded = await uploadWithBreak(officer.api, source.path, source.size, metadata, bar.add);
      bar.end();
      steps.tell(
        `断开后从第 ${uploaded.resumedAt} 字节续传`,
        `resumed at byte ${uploaded.resumedAt} of ${source.size}`,
      );
      return uploaded;
    },
  );
}

/** A document by form. */
export async function bringDocument(
  { officer, departmentId }: Organisation,
  source: Source,
  steps: Steps,
): Promise<string> {
  return await steps.run('文书以表单提交', 'A document by form', async () => {
    const form = new FormData();
    form.set('departmentId', departmentId);
    form.set('source', 'scan');
    form.set('sha256', source.sha256);
    form.set('files', await openAsBlob(source.path), source.name);
    const { records } = await officer.api.post<{ records: RecordAnswer[] }>('/records', form);
    const [record] = records;
    expect(record !== undefined && records.length === 1, '应生成一条记录', 'one record is made');
    steps.tell(`${source.name}（${readable(source.size)}）`, 'taken');
    return record.id;
  });
}

/** Waits until a record is sealed; what was sealed must be what was sent. */
export async function awaitSealed({ officer }: Organisation, id: string, source: Source): Promise<RecordAnswer> {
  const seconds = 60 + source.size / (10 * 1024 * 1024);
  const record = await until(
    seconds,
    () => officer.api.get<RecordAnswer>(`/records/${id}`),
    ({ state }) => state !== 'received',
  );
  expect(record.state === 'sealed', '应已固化', `the record is ${record.state} ${record.quarantineReason ?? ''}`);
  const { object, name } = record;
  expect(
    object?.sha256 === source.sha256 && object.size === source.size,
    '摘要应与本地一致',
    'the digest is that of the file',
  );
  const plain =
    /^[^\p{Cc}\p{Cf}"\\/%\s][^\p{Cc}\p{Cf}"\\/%]*$/u.test(source.name) && source.name.trim() === source.name;
  expect(!plain || name === source.name, '应保留原文件名', `the original name is kept: ${name}`);
  return record;
}

/** Ties both to the same subject and case, and finds them there together. */
export async function linkBoth(
  { officer }: Organisation,
  { subjectId, caseId }: { subjectId: string; caseId: string },
  recordIds: readonly string[],
  steps: Steps,
): Promise<void> {
  await steps.run('音视频与文书关联同一对象、同一案件', 'Both are tied to the same subject and case', async () => {
    const items = recordIds.map((recordId) => ({ recordId, subjectId, caseId, stage: 'INSPECT' }));
    const { items: results } = await officer.api.post<{ items: { ok: boolean }[] }>('/links', { items });
    expect(results.length === items.length && results.every(({ ok }) => ok), '应全部关联', 'every link is made');
    const { items: found } = await officer.api.get<{ items: RecordAnswer[] }>(`/subjects/${subjectId}/records`);
    const ids = found.map(({ id }) => id);
    expect(
      recordIds.every((id) => ids.includes(id)),
      '按执法对象应能一并查到',
      'the subject shows both together',
    );
    steps.tell(`按对象一次查得 ${found.length} 件`, `the subject's own list shows ${found.length}`);
  });
}
