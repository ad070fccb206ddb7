import type { Words } from '../ledger/kind.ts';
import type { RecordEvent } from './events.ts';

/** What a record's events are called. */
export const recordWords: Record<RecordEvent['type'], Words> = {
  'record.received': { zh: '接收', en: 'received' },
  'record.corrected': { zh: '更正', en: 'corrected' },
  'record.sealed': { zh: '固化', en: 'sealed' },
  'record.probed': { zh: '补充探测', en: 'probed later' },
  'record.timed': { zh: '补充时间戳', en: 'the time stamp came later' },
  'record.quarantined': { zh: '隔离', en: 'quarantined' },
  'record.linked': { zh: '关联', en: 'linked' },
  'record.link-ended': { zh: '解除关联', en: 'link ended' },
  'record.external-id-set': { zh: '登记外部编号', en: 'external id set' },
  'record.confirmed': { zh: '个人签名确认', en: 'confirmed by a personal signature' },
  'record.erase-permitted': { zh: '许可清除存储卡', en: 'a dock may erase it from the card' },
  'record.card-erased': { zh: '已从存储卡清除', en: 'erased from the card' },
  'record.disposed': { zh: '销毁', en: 'disposed' },
};
