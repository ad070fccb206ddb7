import type { Catalogue } from './catalogue.ts';

/** What the service cannot do now, whoever asks. */
export const serviceFaults = {
  INTERNAL: {
    status: 500,
    zh: ['系统内部错误', '请将请求编号告知管理员。'],
    en: ['Internal error', 'Give the request id to the administrator.'],
  },
  UNAVAILABLE: {
    status: 503,
    zh: ['服务暂不可用', '服务正在启动或停止，请稍后重试。'],
    en: ['Service unavailable', 'The service is starting or stopping.'],
  },
  INDEX_BEHIND: {
    status: 503,
    zh: ['检索目录正在建立', '账本的检索目录尚未建成，请稍后重试。'],
    en: ['The index is being made', 'The ledger cannot be searched until it is made; try again shortly.'],
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    zh: ['存储暂时没有应答', '已保存的内容不受影响，请稍后以同样的内容重试。'],
    en: ['The storage does not answer', 'What was stored stays; send the same again shortly.'],
  },
  STORAGE_FULL: {
    status: 507,
    zh: ['存储空间不足', '需要 {needed} 字节，可用 {free} 字节。'],
    en: ['Not enough free space', '{needed} bytes needed, {free} free.'],
  },
  DISK_FULL: {
    status: 507,
    zh: ['磁盘已满', '已保存的内容不受影响；腾出空间后可以继续。'],
    en: ['The disk is full', 'What was stored stays; go on once there is room again.'],
  },
} as const satisfies Catalogue;
