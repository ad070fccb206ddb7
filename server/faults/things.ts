import type { Catalogue } from './catalogue.ts';

/** What must be unique, must exist, or is in another state. */
export const thingFaults = {
  CONFLICT: {
    status: 409,
    zh: ['操作与当前状态冲突', '请刷新后重试。'],
    en: ['It conflicts with the present state', 'Read it again, then repeat.'],
  },
  ALREADY_EXISTS: { status: 409, zh: ['已存在', '{what} 已被使用。'], en: ['It exists already', '{what} is in use.'] },
  UNKNOWN_REFERENCE: {
    status: 422,
    zh: ['引用的内容不存在', '{what} 不存在。'],
    en: ['It refers to something unknown', '{what} does not exist.'],
  },
  ID_NUMBER_INVALID: {
    status: 422,
    zh: ['证件号码校验不通过', '如确需保留，请注明原因。'],
    en: ['The id number fails its check', 'Give a reason to keep it all the same.'],
  },
  STATE_NOT_ALLOWED: {
    status: 409,
    zh: ['当前状态不允许此操作', '当前状态：{state}。'],
    en: ['Not allowed in this state', 'The state is {state}.'],
  },
  NOT_SEALED: {
    status: 409,
    zh: ['记录尚未固化', '请稍后重试。'],
    en: ['The record is not sealed yet', 'Try again shortly.'],
  },
  NOT_PUBLISHED: {
    status: 409,
    zh: ['账本条目尚未公布', '请稍后重试。'],
    en: ['Its entry is not published yet', 'Try again shortly.'],
  },
} as const satisfies Catalogue;
