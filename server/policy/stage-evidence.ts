import type { CaseKindName, Stage } from './case-kinds.ts';

interface Words {
  zh: string;
  en: string;
}

/** What a stage of a case is recorded by. Where an agency has published its own list, it replaces this one. */
export interface StageEvidence {
  /** The documents that are made there; empty where none need be. */
  documents: readonly Words[];
  /** `required`: audio or video of the whole act; `advised`: on the lists of comparable agencies; `optional`: text may suffice. */
  footage: 'required' | 'advised' | 'optional';
  /** When footage is called for, where not always. */
  when?: Words;
}

export const stageEvidenceSource = {
  citation:
    '国办发〔2018〕118号 二(一)：文字记录贯穿全过程；二(二)：查封扣押财产、强制拆除等直接涉及重大财产权益的现场执法活动和执法办案场所，要推行全程音像记录；其余取自已公布的音像记录事项清单',
  binding: 'model',
} as const;

const document = (zh: string, en: string): Words => ({ zh, en });
const decision = document('处罚决定书', 'decision');

const usual: Record<Stage, StageEvidence> = {
  SOURCE: { documents: [document('举报或线索登记', 'report or lead')], footage: 'optional' },
  INSPECT: {
    documents: [document('现场检查记录', 'on-site record')],
    footage: 'advised',
    when: document('自到达现场至离开', 'from arrival to leaving'),
  },
  SUMMARY: { documents: [document('当场处罚决定书', 'decision on the spot')], footage: 'advised' },
  FILE: { documents: [document('立案审批表', 'filing approval')], footage: 'optional' },
  INVESTIGATE: {
    documents: [document('询问笔录', 'interview transcript'), document('勘验笔录', 'inspection transcript')],
    footage: 'advised',
    when: document('询问含签字，抽样取证', 'interviews with their signing, sampling'),
  },
  PRESERVE: {
    documents: [
      document('先行登记保存通知书', 'preservation notice'),
      document('物品清单', 'list of items'),
      document('处理决定书', 'decision on the items'),
    ],
    footage: 'advised',
  },
  COERCE: {
    documents: [document('强制措施审批表', 'approval'), document('查封扣押决定书及清单', 'decision and list of items')],
    footage: 'required',
    when: document('查封、扣押全过程', 'the whole of sealing and seizure'),
  },
  CONCLUDE: { documents: [document('调查终结报告', 'investigation report')], footage: 'optional' },
  REVIEW: { documents: [document('法制审核意见', 'legal review opinion')], footage: 'optional' },
  NOTICE: {
    documents: [document('处罚告知书', 'notice'), document('陈述申辩笔录', 'statement transcript')],
    footage: 'advised',
    when: document('口头陈述、申辩', 'oral statements'),
  },
  HEARING: {
    documents: [document('听证通知书', 'hearing notice'), document('听证笔录', 'hearing transcript')],
    footage: 'advised',
    when: document('听证全过程', 'the whole hearing'),
  },
  DECIDE: { documents: [decision], footage: 'optional' },
  SERVE: {
    documents: [document('送达回证', 'proof of service')],
    footage: 'advised',
    when: document('留置送达、公告送达', 'service by leaving or by notice'),
  },
  EXECUTE: {
    documents: [document('催告书或强制执行决定书', 'demand or enforcement decision')],
    footage: 'advised',
    when: document('强制拆除须全程记录', 'required for the whole of a demolition'),
  },
  CLOSE: { documents: [document('结案审批表', 'closing approval')], footage: 'optional' },
  ARCHIVE: { documents: [document('卷内目录', 'list of contents')], footage: 'optional' },
  PUBLISH: { documents: [document('公示或撤回记录', 'record of publication')], footage: 'optional' },
};

const byKind: Partial<Record<CaseKindName, Partial<Record<Stage, readonly Words[]>>>> = {
  licence: {
    SOURCE: [document('许可申请书', 'application')],
    FILE: [document('受理通知书', 'acceptance notice')],
    INVESTIGATE: [document('审查记录', 'examination record')],
    CONCLUDE: [document('审查报告', 'examination report')],
    NOTICE: [document('告知书', 'notice')],
    DECIDE: [document('许可决定书', 'licence decision')],
  },
  coercion: { DECIDE: [document('强制执行决定书', 'enforcement decision')] },
  inspection: { NOTICE: [document('责令改正通知书', 'order to correct')] },
};

/** What a stage of a case of a kind is recorded by. */
export function stageEvidence(kind: CaseKindName, stage: Stage): StageEvidence {
  const documents = byKind[kind]?.[stage] ?? usual[stage].documents;
  // Whose procedure each agency rules for itself, its documents nobody else knows.
  return { ...usual[stage], documents: kind === 'levy' || kind === 'other' ? [] : documents };
}
