import type { Catalogue } from './catalogue.ts';

/** What is wrong with the form of a request. */
export const requestFaults = {
  VALIDATION: {
    status: 422,
    zh: ['提交的内容不符合要求', '请检查标出的字段。'],
    en: ['The request is not valid', 'See the fields named in errors.'],
  },
  MALFORMED_JSON: {
    status: 400,
    zh: ['请求内容不是有效的 JSON', '无法解析请求内容。'],
    en: ['The body is not valid JSON', 'The body could not be parsed.'],
  },
  MALFORMED_REQUEST: {
    status: 400,
    zh: ['请求格式有误', '无法解析请求行、请求头或地址。'],
    en: ['The request is malformed', 'Its line, headers or address cannot be read.'],
  },
  REQUEST_TIMEOUT: {
    status: 408,
    zh: ['请求超时', '请求头或内容未在限定时间内到齐。'],
    en: ['The request took too long to arrive', 'Its headers or body did not arrive in time.'],
  },
  ADDRESS_TOO_LONG: {
    status: 414,
    zh: ['地址过长', '上限为 {limit} 字节。'],
    en: ['The address is too long', 'The limit is {limit} bytes.'],
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    zh: ['请求头过大', '请求头数量或长度超过上限。'],
    en: ['The headers are too large', 'There are too many of them, or they are too long.'],
  },
  BODY_TOO_LARGE: {
    status: 413,
    zh: ['请求内容过大', '上限为 {limit} 字节。'],
    en: ['The body is too large', 'The limit is {limit} bytes.'],
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    zh: ['不支持的内容类型', '应为 {expected}。'],
    en: ['Unsupported content type', 'Expected {expected}.'],
  },
  NOT_FOUND: {
    status: 404,
    zh: ['未找到', '该内容不存在，或您无权知悉。'],
    en: ['Not found', 'It does not exist, or is not yours to know of.'],
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    zh: ['不支持的操作', '此地址不支持 {method}。'],
    en: ['Method not allowed', '{method} is not for this address.'],
  },
  PRECONDITION_FAILED: {
    status: 412,
    zh: ['内容已被他人更新', '请刷新后重试。'],
    en: ['It has changed meanwhile', 'Read it again, then repeat.'],
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    zh: ['缺少版本条件', '修改时须在 If-Match 中注明所依据的版本。'],
    en: ['If-Match is required', 'Send the ETag that you read in If-Match.'],
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    zh: ['幂等键无效', '应为 1 至 128 个可打印 ASCII 字符。'],
    en: ['Idempotency-Key is not valid', 'It takes 1 to 128 printable ASCII characters.'],
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    zh: ['幂等键已用于另一请求', '同一键不得用于不同内容。'],
    en: ['Idempotency-Key was used for another request', 'The same key came with another body.'],
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    zh: ['请求过于频繁', '请在 {seconds} 秒后重试。'],
    en: ['Too many requests', 'Try again in {seconds} s.'],
  },
  POSITION_UNKNOWN: {
    status: 409,
    zh: ['账本位置不符', '请求所带的账本位置不属于本系统的账本，请重新加载页面。'],
    en: [
      'The position is unknown',
      'The position that the request carries is none of this ledger; load the page again.',
    ],
  },
} as const satisfies Catalogue;
