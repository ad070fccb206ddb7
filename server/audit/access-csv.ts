import { csv } from '../../signing/csv.ts';
import { clockText } from '../paper/signed-paper.ts';
import type { AccessRow } from './access-rows.ts';

/** A column of the report: its heading, and what stands in it; instants are given in the agency's zone. */
type Column = [
  heading: string,
  cell: (row: AccessRow, clock: (instant?: string) => string) => string | number | undefined,
];

const whats: Record<AccessRow['what'], string> = {
  request: '申请调阅 requested',
  viewing: '调阅 viewing',
  export: '导出案卷 export',
  fetch: '下载案卷包 download',
  reveal: '查看未掩码信息 shown unmasked',
};

const columns: Column[] = [
  ['条目 entry', ({ seq }) => seq],
  ['时间 time', ({ time }, clock) => clock(time)],
  ['事项 what', ({ what }) => whats[what]],
  ['人员 person', ({ person }) => person.name ?? person.id],
  ['人员编号 person id', ({ person }) => person.id],
  ['记录 records', ({ records }) => records.map(({ title, id }) => title ?? id).join('; ')],
  ['记录编号 record ids', ({ records }) => records.map(({ id }) => id).join('; ')],
  ['案件 case', (row) => row.case?.title ?? row.case?.id],
  ['执法对象编号 subject id', ({ subjectId }) => subjectId],
  ['显示的字段 fields shown', ({ fields }) => fields?.join('; ')],
  ['授权编号 grant id', ({ grant }) => grant?.id],
  ['事由 purpose', ({ grant }) => grant?.reason],
  ['说明 explanation', ({ grant }) => grant?.text],
  ['答复人 answered by', ({ grant }) => grant?.answered && (grant.answered.by.name ?? grant.answered.by.id)],
  ['答复时间 answered at', ({ grant }, clock) => clock(grant?.answered?.at)],
  ['答复理由 answer', ({ grant }) => grant?.answered?.reason],
  ['授权到期 expires', ({ grant }, clock) => clock(grant?.expiresAt)],
  ['结束时间 closed at', ({ viewing }, clock) => clock(viewing?.closedAt)],
  ['历时（秒） seconds', ({ viewing }) => viewing?.seconds],
  ['传送字节 bytes', ({ viewing }) => viewing?.bytes],
  ['字节范围 ranges', ({ viewing }) => viewing?.ranges.map(({ from, to }) => `${from}–${to}`).join('; ')],
  ['来源地址 address', ({ viewing }) => viewing?.address],
  ['案卷包 SHA-256 package', (row) => row.export?.sha256],
];

/** Rows of the report as CSV; `heading`: this is the beginning of the file. */
export function accessCsv(rows: readonly AccessRow[], zone: string, heading: boolean): string {
  const clock = (instant?: string) => (instant === undefined ? '' : clockText(instant, zone));
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row, clock)));
  const text = csv(heading ? [columns.map(([name]) => name), ...cells] : cells);
  return heading ? text : text.slice(1);
}
