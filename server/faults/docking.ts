import type { Catalogue } from './catalogue.ts';

/** Why nothing is erased from a card. */
export const dockingFaults = {
  CARD_IS_ORIGINAL: {
    status: 409,
    zh: ['存储卡作为原始载体保存，不得清除', '原因：{what}。{citation}'],
    en: ['The card is kept as the original carrier', 'Why: {what}. {citation}'],
  },
  RECORD_QUARANTINED: {
    status: 409,
    zh: ['记录已隔离，不得清除存储卡', '原因：{reason}。'],
    en: ['The record is quarantined; the card stays', 'Why: {reason}.'],
  },
  CARD_DOUBTFUL: {
    status: 409,
    zh: ['记录有待查明的问题，不得清除存储卡', '问题：{finding}。'],
    en: ['Something about the record is open; the card stays', 'Finding: {finding}.'],
  },
  CARD_OTHER_FILE: {
    status: 409,
    zh: ['卡上文件与固化的原件不同', '固化的原件 SHA-256 为 {sha256}，{size} 字节。'],
    en: ['The file on the card is not the one sealed', 'Sealed: SHA-256 {sha256}, {size} bytes.'],
  },
  CARD_TOO_SOON: {
    status: 409,
    zh: ['尚未到可以清除的时间', '自 {from} 起可以清除。'],
    en: ['Too soon to erase', 'From {from} on.'],
  },
  RECEIPT_REFUSED: {
    status: 409,
    zh: ['固化回执未通过核验', '未通过的检查：{line}。'],
    en: ['The receipt does not verify', 'The check that fails: {line}.'],
  },
} as const satisfies Catalogue;
