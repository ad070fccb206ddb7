import type { Catalogue } from './catalogue.ts';

/** Why a record may not be disposed of, and that it was. */
export const disposalFaults = {
  TERM_NOT_OVER: {
    status: 409,
    zh: ['保管期限未满', '标出的记录保管期限未满、未定或为永久，不得销毁。'],
    en: [
      'Its retention term is not over',
      'The terms of the records named in errors last on, are open or permanent: they may not be disposed of.',
    ],
  },
  ALREADY_DISPOSED: {
    status: 409,
    zh: ['记录已经销毁', '标出的记录已依法销毁，见其所在的清册。'],
    en: ['The record is disposed of already', 'The records named in errors are gone, and stand on a list already.'],
  },
  ALREADY_LISTED: {
    status: 409,
    zh: ['记录已在另一销毁清册中', '标出的记录已提请销毁，尚未办结。'],
    en: [
      'The record is on another disposal list',
      'The disposal of the records named in errors is proposed or approved already.',
    ],
  },
  RECORD_IN_USE: {
    status: 409,
    zh: ['记录正在使用', '标出的记录正在调阅、授权有效，或所在案件的案卷包正在生成或尚未删除。'],
    en: [
      'The record is in use',
      'The records named in errors are under a grant in force, being watched, or in a package of their case that is being made or still there.',
    ],
  },
  OTHER_DEPARTMENT: {
    status: 409,
    zh: ['记录不属于该部门', '一份销毁清册只列一个部门采集的记录。'],
    en: ['The record is of another department', 'One disposal list holds records of one collecting department.'],
  },
  RECORD_DISPOSED: {
    status: 410,
    zh: ['该记录已依法销毁，内容不再存在', '依据见其经过与销毁清册。'],
    en: ['The record was lawfully disposed of', 'Its history names the list by which it was.'],
  },
} as const satisfies Catalogue;
