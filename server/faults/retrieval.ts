import type { Catalogue } from './catalogue.ts';

/** Why a byte is not shown. */
export const retrievalFaults = {
  GRANT_EXPIRED: {
    status: 403,
    zh: ['调阅授权已到期', '如仍需调阅，请重新申请。'],
    en: ['The grant has expired', 'Ask again if it is still needed.'],
  },
  GRANT_REVOKED: {
    status: 403,
    zh: ['调阅授权已撤销', '如有疑问，请联系审批人。'],
    en: ['The grant was revoked', 'Ask the approver.'],
  },
  GRANT_USED_UP: {
    status: 403,
    zh: ['调阅次数已用完', '如仍需调阅，请重新申请。'],
    en: ['No viewings are left', 'Ask again if it is still needed.'],
  },
  VIEWING_CLOSED: {
    status: 403,
    zh: ['本次调阅已结束', '请重新打开。'],
    en: ['The viewing has ended', 'Open another.'],
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    zh: ['请求的范围无效', '文件共 {size} 字节。'],
    en: ['Range not satisfiable', 'The file has {size} bytes.'],
  },
  SEGREGATION: {
    status: 403,
    zh: ['申请人不得审批自己的申请', '须由采集部门的其他审批人办理。'],
    en: ['Nobody answers their own request', 'Another approver of the collecting department must answer.'],
  },
} as const satisfies Catalogue;
