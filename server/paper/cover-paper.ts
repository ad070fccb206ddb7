import type { CaseState } from '../cases/events.ts';
import { caseKindPolicies } from '../policy/case-kinds.ts';
import { dayOf } from '../policy/day.ts';
import type { RecordState } from '../records/events.ts';
import type { Block } from './layout.ts';
import { clockText, type Draft } from './signed-paper.ts';

export interface CoverFacts {
  agency: { id: string; name: string };
  department: string;
  case: CaseState;
  /** In the order of the file, with their places in the package where they have one. */
  records: readonly { record: RecordState; file?: string }[];
  entries: number;
  /** SHA-256 of manifest-sha256.txt, which has the digest of every file of the payload. */
  payload: string;
  origin: string;
  size: number;
  zone: string;
}

/** More records are only counted: the whole list is metadata/contents.csv. */
const LISTED = 60;

const row = (zh: string, en: string, value: string | string[]): Block => ({ kind: 'row', zh, en, value });

/** cover.pdf: 案卷封面 and a short 卷内目录, for people. */
export function coverPaper(facts: CoverFacts): Draft {
  const { agency, department, case: file, records, entries, payload, zone } = facts;
  const { label } = caseKindPolicies[file.kind];
  const originals = records.filter(({ file: path }) => path !== undefined);
  const bytes = originals.reduce((sum, { record }) => sum + (record.object?.size ?? 0), 0);
  return {
    title: { zh: '案卷封面', en: 'Cover of a case file' },
    subject: { zh: '载荷清单', en: 'manifest-sha256.txt', sha256: payload },
    blocks: [
      row('机关', 'Agency', `${agency.name}（${agency.id}）`),
      row('承办部门', 'Department', department),
      row('案号', 'Case number', file.caseNo ?? '（未编号 none）'),
      row('案由', 'Cause', file.cause),
      row('类别', 'Kind', `${label.zh} ${label.en}`),
      row('立案', 'Opened', clockText(file.openedAt, zone)),
      row('结案', 'Closed', file.closedAt ? clockText(file.closedAt, zone) : '（未结 open）'),
      row('案件标识', 'Case id', file.id),
      { kind: 'heading', zh: '本包', en: 'This package' },
      row('原件', 'Originals', `${originals.length} 件，共 ${bytes} 字节 bytes（记录 records: ${records.length}）`),
      row('账本条目', 'Ledger entries', String(entries)),
      row('账本', 'Log', `${facts.origin}，检查点 checkpoint ${facts.size}`),
      { kind: 'heading', zh: '卷内目录', en: 'Contents' },
      ...records.slice(0, LISTED).map((item, at) => contentsRow(item, at, zone)),
      {
        kind: 'text',
        text: `${records.length > LISTED ? `其余 ${records.length - LISTED} 件见 others are in ` : '全部栏目见 all columns are in '}metadata/contents.csv`,
      },
      { kind: 'heading', zh: '核验', en: 'How to check' },
      {
        kind: 'text',
        text: 'npx tiezheng verify 本文件夹或zip --trust ca.pem --vkey log.vkey；VERIFY.md 有不用本系统的方法。根证书和账本公钥请另由可信渠道取得。系统完整性签名由系统自行签发，不是电子印章。 VERIFY.md tells how to check it without this software. Get root and verifier key another way. The signature is issued by the installation itself; it is no e-seal.',
      },
    ],
  };
}

function contentsRow({ record, file }: CoverFacts['records'][number], at: number, zone: string): Block {
  const day = dayOf(record.sortTime, zone);
  const place = file ?? (record.state === 'quarantined' ? '已隔离 quarantined' : '');
  return row(String(at + 1), day, [record.title, place, record.object?.sha256 ?? ''].filter(Boolean));
}
