import type { Catalogue } from './catalogue.ts';

/** Why a package cannot be had. */
export const archiveFaults = {
  EXPORT_NOT_READY: {
    status: 409,
    zh: ['案卷包尚未生成', '当前状态：{state}。'],
    en: ['The package is not ready', 'The state is {state}.'],
  },
  EXPORT_SETTLED: {
    status: 409,
    zh: ['打包已经结束，不能取消', '当前状态：{state}。'],
    en: ['The packing is over and cannot be cancelled', 'The state is {state}.'],
  },
  EXPORT_GONE: {
    status: 410,
    zh: ['案卷包已按期删除', '请重新导出。'],
    en: ['The package has been deleted', 'Export again.'],
  },
  EXPORT_DAMAGED: {
    status: 500,
    zh: ['存储中的案卷包已损坏', '与账本所记不符，不能使用。请重新导出，并告知系统管理员。'],
    en: [
      'The package in the store is damaged',
      'It is not what the ledger names. Export again, and tell the system administrator.',
    ],
  },
} as const satisfies Catalogue;
