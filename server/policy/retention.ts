import type { CaseKindName } from './case-kinds.ts';
import type { Mark } from './original-carriers.ts';

/** Classes of retention (保管期限) of a case file: DA/T 18 names the same three. */
export const retentionPeriods = ['permanent', '30y', '10y'] as const;
export type RetentionPeriod = (typeof retentionPeriods)[number];

interface RetentionRule {
  period: RetentionPeriod;
  citation: string;
  binding: 'law' | 'adopted' | 'model';
}

/** An agency that has its own approved table (保管期限表) replaces these by it. */
const model = (period: RetentionPeriod, why: string): RetentionRule => ({
  period,
  citation: `档案法实施条例 第十九条：保管期限依本机关经同级档案主管部门审核的保管期限表；${why}`,
  binding: 'model',
});

/**
 * How long the file of a case is kept until an archivist has appraised it, by the kind of case. Appraisal may lengthen and shorten it, so
 * what is not yet appraised gets the longer of what comparable tables give.
 */
export const caseRetention: Readonly<Record<CaseKindName, RetentionRule>> = {
  inspection: model('10y', '一般检查，定期十年'),
  penalty: model('30y', '涉及当事人权益，定期三十年'),
  licence: model('30y', '涉及当事人权益，定期三十年'),
  coercion: model('permanent', '行政强制的音像记录，已公布的清单中有定为永久者（焦作市司法局）'),
  levy: model('permanent', '涉及不动产权属，永久'),
  other: model('30y', '未列明者从长，定期三十年'),
};

/** What somebody at a camera marked so is kept for ever, in whatever case it is or in none. */
export const permanentMarks = {
  marks: ['coercion', 'obstruction'] satisfies Mark[] as readonly string[],
  citation: '公安机关现场执法视音频记录工作规定（执法中遇阻、作为证据者永久保存）；焦作市司法局音像记录清单（永久）',
  binding: 'model',
} as const;

/** From when the years of a file are counted. */
export const countingFrom = {
  citation:
    '期限自归档次年一月一日起计算：档案按年度整理、到期按年度鉴定，次年起算为通例；法律未定起算日，由机关规定。结案而未归档的，期限未开始',
  binding: 'model',
} as const;
