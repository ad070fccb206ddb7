import type { Catalogue } from './catalogue.ts';

/** What a door does not take: tus, and forms. */
export const ingestFaults = {
  TUS_VERSION: {
    status: 412,
    zh: ['不支持的 tus 版本', '支持 1.0.0。'],
    en: ['tus version not supported', '1.0.0 is supported.'],
  },
  UPLOAD_METADATA: {
    status: 400,
    zh: ['上传元数据格式有误', '{reason}'],
    en: ['Upload-Metadata is malformed', '{reason}'],
  },
  UPLOAD_LENGTH: {
    status: 400,
    zh: ['上传长度有误', '须为非负整数。'],
    en: ['Upload-Length is missing or not valid', 'It must be a non-negative integer.'],
  },
  UPLOAD_OFFSET: {
    status: 409,
    zh: ['续传位置不符', '服务器现有 {offset} 字节。'],
    en: ['Upload-Offset does not match', 'The server has {offset} bytes.'],
  },
  UPLOAD_OFFSET_MISSING: {
    status: 400,
    zh: ['缺少续传位置', '须为非负整数。'],
    en: ['Upload-Offset is missing or not valid', 'It must be a non-negative integer.'],
  },
  UPLOAD_LOCKED: {
    status: 423,
    zh: ['该上传正由另一连接进行', '请稍后重试。'],
    en: ['Another connection is writing this upload', 'Try again shortly.'],
  },
  UPLOAD_FINISHED: {
    status: 409,
    zh: ['上传已完成', '已完成的上传不能更改或终止。'],
    en: ['The upload is finished', 'A finished upload cannot be changed or ended.'],
  },
  UPLOAD_GONE: { status: 410, zh: ['上传已终止或过期', '请重新上传。'], en: ['The upload has ended', 'Begin again.'] },
  UPLOAD_CHECKSUM_UNSUPPORTED: {
    status: 400,
    zh: ['不支持分段校验', '请在元数据中用 sha256 声明整个文件的摘要。'],
    en: ['Upload-Checksum is not supported', 'Declare the digest of the whole file as sha256 in Upload-Metadata.'],
  },
  FILE_TOO_LARGE: {
    status: 413,
    zh: ['文件超过上限', '上限为 {limit} 字节。'],
    en: ['The file is over the limit', 'The limit is {limit} bytes.'],
  },
  FILE_EMPTY: { status: 422, zh: ['文件为空', '{name}'], en: ['The file is empty', '{name}'] },
  FILE_EXECUTABLE: { status: 422, zh: ['不接收可执行文件', '{name}'], en: ['Executables are not taken', '{name}'] },
  FILE_TYPE_NOT_ALLOWED: {
    status: 415,
    zh: ['不接收此类文件', '{name}（{type}）'],
    en: ['This file type is not taken', '{name} ({type})'],
  },
  TOO_MANY_FILES: {
    status: 413,
    zh: ['文件数量过多', '一次最多 {limit} 个。'],
    en: ['Too many files', 'At most {limit} at a time.'],
  },
  FILE_NAME_TOO_LONG: {
    status: 422,
    zh: ['文件名过长', '最多 {limit} 字节。'],
    en: ['The file name is too long', 'At most {limit} bytes.'],
  },
  MULTIPART_MALFORMED: {
    status: 400,
    zh: ['表单内容不完整或有误', '上传未完成，未保存任何内容，请重新提交。'],
    en: ['The form is cut short or malformed', 'Nothing was kept; send it again.'],
  },
  DIGEST_MISMATCH: {
    status: 422,
    zh: ['摘要与声明不符', '{name}：文件可能在传输中损坏，未保存。'],
    en: ['The digest is not the declared one', '{name}: damaged on the way; nothing was kept.'],
  },
} as const satisfies Catalogue;
