import type { Stage } from './case-kinds.ts';

/** What somebody at a camera can say of a file. */
export const marks = ['key', 'coercion', 'obstruction'] as const;
export type Mark = (typeof marks)[number];

/**
 * When the card itself is the original carrier (原始载体) that is kept and sealed away, so that nothing on it is ever erased by a program. Marks are said
 * by the camera or by an officer; kinds and stages are those of the cases that a record is linked to.
 */
export const originalCarriers = {
  marks: ['coercion', 'obstruction'] satisfies Mark[] as readonly string[],
  caseKinds: ['coercion'] as readonly string[],
  stages: ['COERCE'] satisfies Stage[] as readonly string[],
  citation:
    '最高人民法院关于行政诉讼证据若干问题的规定 第十二条（应当提供有关资料的原始载体）；国办发〔2018〕118号（查封扣押财产、强制拆除等应当全程音像记录）',
  binding: 'model',
} as const;

/** Findings of a record after which the card may hold more, or better, than what was sealed. */
export const doubtfulFindings: readonly string[] = [
  'probe-failed',
  'probe-unavailable',
  'time-unavailable',
  'unknown-mark',
];
