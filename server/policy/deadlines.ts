import type { Period, PeriodRules } from './calendar.ts';
import type { CaseKindName, Stage } from './case-kinds.ts';

export const deadlineNames = [
  'penalty-decide',
  'penalty-serve',
  'spot-report',
  'preserve-settle',
  'seizure-settle',
  'review',
  'licence-accept',
  'licence-decide',
  'licence-deliver',
  'publish-fast',
  'publish',
] as const;
export type DeadlineName = (typeof deadlineNames)[number];

/** A period that an agency has to keep in a case: what starts it, what it waits for, how long it is, and where that is written. */
export interface DeadlinePolicy extends Period, PeriodRules {
  label: { zh: string; en: string };
  kinds: readonly CaseKindName[];
  /** Entering one of these stages starts it: the day after is its first. */
  starts: readonly Stage[];
  /** Entering one of these ends it. What no stage tells (goods given back, a report made) a person says. */
  ends: readonly Stage[];
  /** Each time a stage is entered has a period of its own (each seizure its thirty days); otherwise one runs at a time. */
  each: boolean;
  /** It goes on when the case is closed; otherwise closing ends it. */
  outlastsClosing: boolean;
  citation: string;
  binding: 'law' | 'adopted' | 'model';
  effectiveFrom: string;
  /** By how much the rule itself lets it be extended, once, with approval. Other rules are named by who approves. */
  extension?: { value: number; citation: string };
}

const usual = { each: false, outlastsClosing: false, rollsOn: true } as const;
const workdays = (value: number) => ({ value, unit: 'workdays' }) as const;
const days = (value: number) => ({ value, unit: 'days' }) as const;
const PENALTY_LAW = '2021-07-15';
const LICENCE_LAW = '2004-07-01';
const GUIDANCE = '2018-12-05';

/**
 * The periods of an agency that a stage of a case starts. Periods of the parties (to ask for a hearing, to pay, to go to court) are not
 * among them, nor what hangs on facts that no stage tells (an urgent seizure's report within 24 hours, a hearing that was asked for).
 */
export const deadlinePolicies: Readonly<Record<DeadlineName, DeadlinePolicy>> = {
  'penalty-decide': {
    ...usual,
    ...days(90),
    label: { zh: '作出处罚决定', en: 'Decide on the penalty' },
    kinds: ['penalty'],
    starts: ['FILE'],
    ends: ['DECIDE'],
    citation: '行政处罚法 第六十条：自立案之日起九十日内作出行政处罚决定；法律、法规、规章另有规定的，从其规定',
    binding: 'law',
    effectiveFrom: PENALTY_LAW,
  },
  'penalty-serve': {
    ...usual,
    ...workdays(7),
    label: { zh: '送达处罚决定书', en: 'Serve the decision' },
    kinds: ['penalty'],
    starts: ['DECIDE'],
    ends: ['SERVE'],
    citation: '行政处罚法 第六十一条：当事人不在场的，七日内送达；第八十五条：七日为工作日',
    binding: 'law',
    effectiveFrom: PENALTY_LAW,
  },
  'spot-report': {
    ...usual,
    ...workdays(3),
    label: { zh: '当场处罚报备案', en: 'Report the penalty on the spot' },
    kinds: ['penalty'],
    starts: ['SUMMARY'],
    ends: [],
    citation:
      '行政处罚法 第五十二条：当场处罚应当报所属行政机关备案，未定期限；浙江省行政程序办法 第六十条：三日内备案，第九十八条：为工作日（浙江以外由机关采纳）',
    binding: 'model',
    effectiveFrom: '2017-01-01',
  },
  'preserve-settle': {
    ...usual,
    ...workdays(7),
    each: true,
    label: { zh: '处理先行登记保存的证据', en: 'Settle the preserved evidence' },
    kinds: ['penalty', 'inspection', 'other'],
    starts: ['PRESERVE'],
    ends: ['COERCE', 'DECIDE'],
    citation: '行政处罚法 第五十六条：七日内及时作出处理决定；第八十五条：七日为工作日',
    binding: 'law',
    effectiveFrom: PENALTY_LAW,
  },
  'seizure-settle': {
    ...usual,
    ...days(30),
    each: true,
    // A limit of the agency's power: that its last day is a day off does not lengthen it.
    rollsOn: false,
    label: { zh: '查封、扣押、冻结期满', en: 'End of sealing, seizure or freezing' },
    kinds: ['penalty', 'inspection', 'coercion', 'other'],
    starts: ['COERCE'],
    ends: ['DECIDE'],
    citation:
      '行政强制法 第二十五条、第二十七条：查封、扣押不得超过三十日，并在期限内作出处理决定；第三十二条：冻结自冻结之日起三十日内。期限为上限，届满之日为休息日的不顺延',
    binding: 'law',
    effectiveFrom: '2012-01-01',
    extension: {
      value: 30,
      citation: '行政强制法 第二十五条、第三十二条：情况复杂的，经行政机关负责人批准可以延长，不得超过三十日',
    },
  },
  review: {
    ...usual,
    ...workdays(10),
    label: { zh: '完成法制审核', en: 'Complete the legal review' },
    kinds: ['penalty', 'licence', 'coercion', 'levy'],
    starts: ['REVIEW'],
    ends: ['INVESTIGATE', 'CONCLUDE', 'NOTICE', 'DECIDE'],
    citation: '市场监督管理行政处罚程序规定 第五十五条：自接到审核材料之日起十个工作日内完成审核（其他领域由机关采纳）',
    binding: 'model',
    effectiveFrom: '2019-04-01',
  },
  'licence-accept': {
    ...usual,
    ...workdays(5),
    label: { zh: '受理或一次告知补正', en: 'Accept the application or say what it lacks' },
    kinds: ['licence'],
    starts: ['SOURCE'],
    ends: ['FILE'],
    citation:
      '行政许可法 第三十二条：材料不齐全的，当场或者五日内一次告知，逾期不告知的，自收到之日起即为受理；第八十二条：以工作日计算',
    binding: 'law',
    effectiveFrom: LICENCE_LAW,
  },
  'licence-decide': {
    ...usual,
    ...workdays(20),
    label: { zh: '作出许可决定', en: 'Decide on the licence' },
    kinds: ['licence'],
    starts: ['FILE'],
    ends: ['DECIDE'],
    citation:
      '行政许可法 第四十二条：自受理之日起二十日内作出决定；第四十五条：听证、检验、鉴定等所需时间不计算在内；第八十二条：以工作日计算',
    binding: 'law',
    effectiveFrom: LICENCE_LAW,
    extension: {
      value: 10,
      citation: '行政许可法 第四十二条：经本行政机关负责人批准，可以延长十日，并将理由告知申请人',
    },
  },
  'licence-deliver': {
    ...usual,
    ...workdays(10),
    label: { zh: '颁发、送达许可证件', en: 'Deliver the licence' },
    kinds: ['licence'],
    starts: ['DECIDE'],
    ends: ['SERVE'],
    citation: '行政许可法 第四十四条：准予许可的，自决定之日起十日内颁发、送达；第八十二条：以工作日计算',
    binding: 'law',
    effectiveFrom: LICENCE_LAW,
  },
  'publish-fast': {
    ...usual,
    ...workdays(7),
    outlastsClosing: true,
    label: { zh: '公开决定信息', en: 'Publish the decision' },
    kinds: ['penalty', 'licence'],
    starts: ['DECIDE', 'SUMMARY'],
    ends: ['PUBLISH'],
    citation:
      '国办发〔2018〕118号 二（六）：行政许可、行政处罚的决定信息七个工作日内公开；行政处罚法 第四十八条：公开具有一定社会影响的处罚决定',
    binding: 'law',
    effectiveFrom: GUIDANCE,
  },
  publish: {
    ...usual,
    ...workdays(20),
    outlastsClosing: true,
    label: { zh: '公开决定信息', en: 'Publish the decision' },
    kinds: ['coercion', 'levy', 'other'],
    starts: ['DECIDE'],
    ends: ['PUBLISH'],
    citation: '国办发〔2018〕118号 二（六）：执法决定信息自作出之日起二十个工作日内公开',
    binding: 'law',
    effectiveFrom: GUIDANCE,
  },
};

/** The periods of a kind of case that entering a stage starts on a day (YYYY-MM-DD). */
export const startedBy = (kind: CaseKindName, stage: Stage, day: string): DeadlineName[] =>
  deadlineNames.filter((name) => {
    const { kinds, starts, effectiveFrom } = deadlinePolicies[name];
    return kinds.includes(kind) && starts.includes(stage) && effectiveFrom <= day;
  });

/** Whether entering a stage is what a period waited for, or makes it end. */
export function endedBy(name: DeadlineName, stage: Stage): boolean {
  const { ends, outlastsClosing } = deadlinePolicies[name];
  return ends.includes(stage) || (stage === 'CLOSE' && !outlastsClosing);
}
