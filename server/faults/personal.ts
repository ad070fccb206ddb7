import type { Catalogue } from './catalogue.ts';

/** Why a personal signature is not taken. */
export const personalFaults = {
  STATEMENT_CHANGED: {
    status: 409,
    zh: ['待签内容已变化', '请重新获取待签内容，核对后再签。'],
    en: ['What is to be signed has changed', 'Read the statement again, then sign that.'],
  },
  SIGNATURE_REFUSED: {
    status: 422,
    zh: ['签名未通过核验', '原因：{code}。'],
    en: ['The signature is refused', 'Why: {code}.'],
  },
  SIGNER_UNAVAILABLE: {
    status: 503,
    zh: ['签名设备暂不可用', '请稍后重试。'],
    en: ['The signer does not answer', 'Try again later.'],
  },
} as const satisfies Catalogue;
