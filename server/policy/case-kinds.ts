/** Stages of a case: what record types and documents belong to each is in the evidence lists of the agency. */
export const stages = [
  'SOURCE',
  'INSPECT',
  'SUMMARY',
  'FILE',
  'INVESTIGATE',
  'PRESERVE',
  'COERCE',
  'CONCLUDE',
  'REVIEW',
  'NOTICE',
  'HEARING',
  'DECIDE',
  'SERVE',
  'EXECUTE',
  'CLOSE',
  'ARCHIVE',
  'PUBLISH',
] as const;
export type Stage = (typeof stages)[number];

export const caseKinds = ['inspection', 'penalty', 'licence', 'coercion', 'levy', 'other'] as const;
export type CaseKindName = (typeof caseKinds)[number];

/** Which stage may follow which. A stage that is not a key of `next` is no stage of this kind of case. */
export interface CaseKindPolicy {
  label: { zh: string; en: string };
  citation: string;
  binding: 'law' | 'adopted' | 'model';
  /** Stages that a case may open in; the first unless told otherwise. */
  start: readonly Stage[];
  next: Readonly<Partial<Record<Stage, readonly Stage[]>>>;
}

/** After closing only the file itself and its publication move. */
const ending = { CLOSE: ['PUBLISH', 'ARCHIVE'], ARCHIVE: ['PUBLISH'] } as const;

/**
 * The stage tables. Law fixes what must come before what (filing, notice, review, decision, service); which of the middle stages a
 * case passes, and in which order they return, it leaves to the case. Where an agency has its own table, it replaces one of these.
 */
export const caseKindPolicies: Readonly<Record<CaseKindName, CaseKindPolicy>> = {
  inspection: {
    label: { zh: '行政检查', en: 'inspection' },
    citation: '国办发〔2018〕118号 二(一)：启动、调查取证、审核决定、送达执行全过程记录',
    binding: 'model',
    start: ['INSPECT', 'SOURCE'],
    next: {
      SOURCE: ['INSPECT', 'CLOSE'],
      INSPECT: ['PRESERVE', 'COERCE', 'NOTICE', 'CONCLUDE', 'SERVE', 'PUBLISH', 'CLOSE'],
      PRESERVE: ['INSPECT', 'COERCE', 'CONCLUDE', 'CLOSE'],
      COERCE: ['INSPECT', 'PRESERVE', 'CONCLUDE', 'SERVE', 'CLOSE'],
      NOTICE: ['INSPECT', 'CONCLUDE', 'SERVE', 'CLOSE'],
      CONCLUDE: ['INSPECT', 'NOTICE', 'SERVE', 'PUBLISH', 'CLOSE'],
      SERVE: ['INSPECT', 'PUBLISH', 'CLOSE'],
      PUBLISH: ['CLOSE', 'ARCHIVE'],
      ...ending,
    },
  },
  penalty: {
    label: { zh: '行政处罚', en: 'administrative penalty' },
    citation: '行政处罚法 第四十四条、第五十一条至第六十二条、第六十三条至第六十五条、第七十二条',
    binding: 'law',
    start: ['SOURCE', 'INSPECT', 'SUMMARY', 'FILE'],
    next: {
      SOURCE: ['INSPECT', 'SUMMARY', 'FILE', 'CLOSE'],
      INSPECT: ['SUMMARY', 'PRESERVE', 'COERCE', 'FILE', 'INVESTIGATE', 'CLOSE'],
      SUMMARY: ['SERVE', 'EXECUTE', 'PUBLISH', 'FILE', 'CLOSE'],
      FILE: ['INSPECT', 'INVESTIGATE', 'PRESERVE', 'COERCE', 'CLOSE'],
      INVESTIGATE: ['INSPECT', 'PRESERVE', 'COERCE', 'CONCLUDE', 'CLOSE'],
      PRESERVE: ['INSPECT', 'FILE', 'INVESTIGATE', 'COERCE', 'CONCLUDE'],
      COERCE: ['INSPECT', 'FILE', 'INVESTIGATE', 'PRESERVE', 'CONCLUDE'],
      CONCLUDE: ['INVESTIGATE', 'REVIEW', 'NOTICE', 'DECIDE', 'CLOSE'],
      REVIEW: ['INVESTIGATE', 'CONCLUDE', 'NOTICE', 'DECIDE'],
      NOTICE: ['INVESTIGATE', 'HEARING', 'REVIEW', 'DECIDE'],
      HEARING: ['INVESTIGATE', 'REVIEW', 'DECIDE'],
      DECIDE: ['SERVE', 'CLOSE'],
      SERVE: ['EXECUTE', 'PUBLISH', 'CLOSE'],
      EXECUTE: ['SERVE', 'PUBLISH', 'CLOSE'],
      PUBLISH: ['SERVE', 'EXECUTE', 'CLOSE', 'ARCHIVE'],
      ...ending,
    },
  },
  licence: {
    label: { zh: '行政许可', en: 'administrative licence' },
    citation: '行政许可法 第三十二条、第三十四条、第三十六条至第三十八条、第四十条、第四十四条、第四十六条至第四十八条',
    binding: 'law',
    start: ['SOURCE', 'FILE'],
    next: {
      SOURCE: ['FILE', 'CLOSE'],
      FILE: ['INSPECT', 'INVESTIGATE', 'NOTICE', 'REVIEW', 'DECIDE', 'CLOSE'],
      INSPECT: ['INVESTIGATE', 'NOTICE', 'REVIEW', 'CONCLUDE', 'DECIDE'],
      INVESTIGATE: ['INSPECT', 'NOTICE', 'REVIEW', 'CONCLUDE', 'DECIDE'],
      CONCLUDE: ['INSPECT', 'INVESTIGATE', 'NOTICE', 'REVIEW', 'DECIDE'],
      NOTICE: ['HEARING', 'REVIEW', 'DECIDE'],
      HEARING: ['INVESTIGATE', 'REVIEW', 'DECIDE'],
      REVIEW: ['INVESTIGATE', 'NOTICE', 'DECIDE'],
      DECIDE: ['SERVE', 'CLOSE'],
      SERVE: ['PUBLISH', 'CLOSE'],
      PUBLISH: ['SERVE', 'CLOSE', 'ARCHIVE'],
      ...ending,
    },
  },
  coercion: {
    label: { zh: '行政强制', en: 'administrative coercion' },
    citation: '行政强制法 第十八条至第二十条、第二十四条至第二十八条、第三十五条至第三十八条、第四十二条、第四十四条',
    binding: 'law',
    start: ['FILE', 'SOURCE', 'INSPECT', 'COERCE'],
    next: {
      SOURCE: ['INSPECT', 'FILE', 'CLOSE'],
      INSPECT: ['FILE', 'COERCE', 'INVESTIGATE', 'CLOSE'],
      FILE: ['INSPECT', 'INVESTIGATE', 'COERCE', 'NOTICE', 'REVIEW', 'CLOSE'],
      INVESTIGATE: ['INSPECT', 'COERCE', 'CONCLUDE', 'NOTICE', 'REVIEW'],
      COERCE: ['FILE', 'INSPECT', 'INVESTIGATE', 'CONCLUDE', 'NOTICE', 'DECIDE', 'SERVE', 'CLOSE'],
      CONCLUDE: ['INVESTIGATE', 'COERCE', 'NOTICE', 'REVIEW', 'DECIDE', 'CLOSE'],
      NOTICE: ['INVESTIGATE', 'HEARING', 'REVIEW', 'DECIDE'],
      HEARING: ['INVESTIGATE', 'REVIEW', 'DECIDE'],
      REVIEW: ['INVESTIGATE', 'CONCLUDE', 'NOTICE', 'DECIDE'],
      DECIDE: ['COERCE', 'SERVE', 'CLOSE'],
      SERVE: ['COERCE', 'EXECUTE', 'PUBLISH', 'CLOSE'],
      EXECUTE: ['SERVE', 'PUBLISH', 'CLOSE'],
      PUBLISH: ['SERVE', 'EXECUTE', 'CLOSE', 'ARCHIVE'],
      ...ending,
    },
  },
  levy: {
    label: { zh: '行政征收征用', en: 'administrative levy' },
    citation: '国办发〔2018〕118号 二(一)；征收征用的程序依其单行法',
    binding: 'model',
    start: ['FILE', 'SOURCE'],
    next: {
      SOURCE: ['FILE', 'INVESTIGATE', 'CLOSE'],
      FILE: ['INSPECT', 'INVESTIGATE', 'NOTICE', 'REVIEW', 'DECIDE', 'CLOSE'],
      INSPECT: ['INVESTIGATE', 'CONCLUDE', 'NOTICE'],
      INVESTIGATE: ['INSPECT', 'CONCLUDE', 'NOTICE', 'REVIEW', 'DECIDE'],
      CONCLUDE: ['INVESTIGATE', 'NOTICE', 'REVIEW', 'DECIDE', 'CLOSE'],
      NOTICE: ['HEARING', 'REVIEW', 'DECIDE'],
      HEARING: ['INVESTIGATE', 'REVIEW', 'DECIDE'],
      REVIEW: ['INVESTIGATE', 'NOTICE', 'DECIDE'],
      DECIDE: ['SERVE', 'CLOSE'],
      SERVE: ['EXECUTE', 'PUBLISH', 'CLOSE'],
      EXECUTE: ['SERVE', 'PUBLISH', 'CLOSE'],
      PUBLISH: ['SERVE', 'EXECUTE', 'CLOSE', 'ARCHIVE'],
      ...ending,
    },
  },
  other: {
    label: { zh: '其他', en: 'other' },
    citation: '无统一程序；由机关规定。默认各环节可互相转入，结案后仅可归档、公示',
    binding: 'model',
    start: stages.filter((stage) => stage !== 'CLOSE' && stage !== 'ARCHIVE'),
    next: Object.fromEntries(
      stages.map((stage) => [
        stage,
        stage in ending
          ? ending[stage as keyof typeof ending]
          : stages.filter((other) => other !== stage && other !== 'ARCHIVE'),
      ]),
    ),
  },
};

export const isStageOf = (kind: CaseKindName, stage: string): boolean =>
  Object.hasOwn(caseKindPolicies[kind].next, stage);

/** Whether a case of this kind may go from one stage to another. */
export const mayFollow = (kind: CaseKindName, from: Stage, to: Stage): boolean =>
  caseKindPolicies[kind].next[from]?.includes(to) ?? false;
