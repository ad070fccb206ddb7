import { inChinese } from './fault-words.ts';
import { type FieldText, fieldWords } from './field-words.ts';

/**
 * The whole catalogue of problems: a code, its HTTP status, and what a clerk reads, Chinese and English.
 * `{name}` in a text is filled from the fault's params. One place turns a Fault into RFC 9457 problem+json: http/problem.ts.
 */
const catalogue = {
  // Form of the request
  VALIDATION: [
    422,
    '提交的内容不符合要求',
    'The request is not valid',
    '请检查标出的字段。',
    'See the fields named in errors.',
  ],
  MALFORMED_JSON: [
    400,
    '请求内容不是有效的 JSON',
    'The body is not valid JSON',
    '无法解析请求内容。',
    'The body could not be parsed.',
  ],
  MALFORMED_REQUEST: [
    400,
    '请求格式有误',
    'The request is malformed',
    '无法解析请求行、请求头或地址。',
    'Its line, headers or address cannot be read.',
  ],
  REQUEST_TIMEOUT: [
    408,
    '请求超时',
    'The request took too long to arrive',
    '请求头或内容未在限定时间内到齐。',
    'Its headers or body did not arrive in time.',
  ],
  ADDRESS_TOO_LONG: [
    414,
    '地址过长',
    'The address is too long',
    '上限为 {limit} 字节。',
    'The limit is {limit} bytes.',
  ],
  HEADERS_TOO_LARGE: [
    431,
    '请求头过大',
    'The headers are too large',
    '请求头数量或长度超过上限。',
    'There are too many of them, or they are too long.',
  ],
  BODY_TOO_LARGE: [
    413,
    '请求内容过大',
    'The body is too large',
    '上限为 {limit} 字节。',
    'The limit is {limit} bytes.',
  ],
  UNSUPPORTED_MEDIA_TYPE: [
    415,
    '不支持的内容类型',
    'Unsupported content type',
    '应为 {expected}。',
    'Expected {expected}.',
  ],
  NOT_FOUND: [
    404,
    '未找到',
    'Not found',
    '该内容不存在，或您无权知悉。',
    'It does not exist, or is not yours to know of.',
  ],
  METHOD_NOT_ALLOWED: [
    405,
    '不支持的操作',
    'Method not allowed',
    '此地址不支持 {method}。',
    '{method} is not for this address.',
  ],
  PRECONDITION_FAILED: [
    412,
    '内容已被他人更新',
    'It has changed meanwhile',
    '请刷新后重试。',
    'Read it again, then repeat.',
  ],
  PRECONDITION_REQUIRED: [
    428,
    '缺少版本条件',
    'If-Match is required',
    '修改时须在 If-Match 中注明所依据的版本。',
    'Send the ETag that you read in If-Match.',
  ],
  IDEMPOTENCY_KEY_INVALID: [
    400,
    '幂等键无效',
    'Idempotency-Key is not valid',
    '应为 1 至 128 个可打印 ASCII 字符。',
    'It takes 1 to 128 printable ASCII characters.',
  ],
  IDEMPOTENCY_KEY_REUSED: [
    422,
    '幂等键已用于另一请求',
    'Idempotency-Key was used for another request',
    '同一键不得用于不同内容。',
    'The same key came with another body.',
  ],
  TOO_MANY_REQUESTS: [
    429,
    '请求过于频繁',
    'Too many requests',
    '请在 {seconds} 秒后重试。',
    'Try again in {seconds} s.',
  ],
  CONFLICT: [
    409,
    '操作与当前状态冲突',
    'It conflicts with the present state',
    '请刷新后重试。',
    'Read it again, then repeat.',
  ],
  INTERNAL: [
    500,
    '系统内部错误',
    'Internal error',
    '请将请求编号告知管理员。',
    'Give the request id to the administrator.',
  ],
  UNAVAILABLE: [
    503,
    '服务暂不可用',
    'Service unavailable',
    '服务正在启动或停止，请稍后重试。',
    'The service is starting or stopping.',
  ],
  INDEX_BEHIND: [
    503,
    '检索目录正在建立',
    'The index is being made',
    '账本的检索目录尚未建成，请稍后重试。',
    'The ledger cannot be searched until it is made; try again shortly.',
  ],
  STORAGE_UNAVAILABLE: [
    503,
    '存储暂时没有应答',
    'The storage does not answer',
    '已保存的内容不受影响，请稍后以同样的内容重试。',
    'What was stored stays; send the same again shortly.',
  ],
  STORAGE_FULL: [
    507,
    '存储空间不足',
    'Not enough free space',
    '需要 {needed} 字节，可用 {free} 字节。',
    '{needed} bytes needed, {free} free.',
  ],
  DISK_FULL: [
    507,
    '磁盘已满',
    'The disk is full',
    '已保存的内容不受影响；腾出空间后可以继续。',
    'What was stored stays; go on once there is room again.',
  ],

  // Who calls
  NOT_AUTHENTICATED: [
    401,
    '请先登录',
    'Not signed in',
    '会话不存在或已结束。',
    'There is no session, or it has ended.',
  ],
  LOGIN_FAILED: [401, '用户名或密码错误', 'Wrong name or password', '请核对后重试。', 'Check both and try again.'],
  LOGIN_DELAYED: [429, '尝试次数过多', 'Too many attempts', '请在 {seconds} 秒后重试。', 'Try again in {seconds} s.'],
  ACCOUNT_LOCKED: [
    403,
    '账户已锁定',
    'The account is locked',
    '请联系安全管理员解锁。',
    'Ask the security administrator.',
  ],
  PASSWORD_CHANGE_REQUIRED: [
    403,
    '须先修改密码',
    'Change the password first',
    '该密码由管理员设置，首次使用须修改。',
    'It was set by an administrator.',
  ],
  PASSWORD_REJECTED: [
    422,
    '密码不符合要求',
    'The password is not accepted',
    '至少 {length} 个字符，且不得为常见密码。',
    'At least {length} characters, and not a common one.',
  ],
  ORIGIN_REJECTED: [
    403,
    '来源不被允许',
    'Origin not allowed',
    '写操作只能来自本系统页面。',
    'Writes come from our own pages only.',
  ],
  FORBIDDEN: [
    403,
    '没有权限',
    'Not permitted',
    '您的角色或所在部门不能进行此操作。',
    'Your role or department may not do this.',
  ],
  ROLES_INCOMPATIBLE: [
    422,
    '角色互斥',
    'Roles exclude each other',
    '系统管理员、安全管理员、审计员不得由一人兼任。',
    'System administrator, security administrator and auditor are never one person.',
  ],
  SETUP_LINK_INVALID: [
    403,
    '初始化链接无效',
    'The set-up link is not valid',
    '链接已使用、已过期或有误；可用 npx tiezheng setup-link 重新生成。',
    'Used, expired or wrong; npx tiezheng setup-link makes a new one.',
  ],
  SELF_ACTION: [403, '不能对本人进行此操作', 'Not on oneself', '须由他人办理。', 'Another person must do this.'],

  // Things that must be unique or must exist
  ALREADY_EXISTS: [409, '已存在', 'It exists already', '{what} 已被使用。', '{what} is in use.'],
  UNKNOWN_REFERENCE: [
    422,
    '引用的内容不存在',
    'It refers to something unknown',
    '{what} 不存在。',
    '{what} does not exist.',
  ],
  ID_NUMBER_INVALID: [
    422,
    '证件号码校验不通过',
    'The id number fails its check',
    '如确需保留，请注明原因。',
    'Give a reason to keep it all the same.',
  ],
  STATE_NOT_ALLOWED: [
    409,
    '当前状态不允许此操作',
    'Not allowed in this state',
    '当前状态：{state}。',
    'The state is {state}.',
  ],

  // Ingest
  TUS_VERSION: [412, '不支持的 tus 版本', 'tus version not supported', '支持 1.0.0。', '1.0.0 is supported.'],
  UPLOAD_METADATA: [400, '上传元数据格式有误', 'Upload-Metadata is malformed', '{reason}', '{reason}'],
  UPLOAD_LENGTH: [
    400,
    '上传长度有误',
    'Upload-Length is missing or not valid',
    '须为非负整数。',
    'It must be a non-negative integer.',
  ],
  POSITION_UNKNOWN: [
    409,
    '账本位置不符',
    'The position is unknown',
    '请求所带的账本位置不属于本系统的账本，请重新加载页面。',
    'The position that the request carries is none of this ledger; load the page again.',
  ],
  UPLOAD_OFFSET: [
    409,
    '续传位置不符',
    'Upload-Offset does not match',
    '服务器现有 {offset} 字节。',
    'The server has {offset} bytes.',
  ],
  UPLOAD_OFFSET_MISSING: [
    400,
    '缺少续传位置',
    'Upload-Offset is missing or not valid',
    '须为非负整数。',
    'It must be a non-negative integer.',
  ],
  UPLOAD_LOCKED: [
    423,
    '该上传正由另一连接进行',
    'Another connection is writing this upload',
    '请稍后重试。',
    'Try again shortly.',
  ],
  UPLOAD_FINISHED: [
    409,
    '上传已完成',
    'The upload is finished',
    '已完成的上传不能更改或终止。',
    'A finished upload cannot be changed or ended.',
  ],
  UPLOAD_GONE: [410, '上传已终止或过期', 'The upload has ended', '请重新上传。', 'Begin again.'],
  UPLOAD_CHECKSUM_UNSUPPORTED: [
    400,
    '不支持分段校验',
    'Upload-Checksum is not supported',
    '请在元数据中用 sha256 声明整个文件的摘要。',
    'Declare the digest of the whole file as sha256 in Upload-Metadata.',
  ],
  FILE_TOO_LARGE: [
    413,
    '文件超过上限',
    'The file is over the limit',
    '上限为 {limit} 字节。',
    'The limit is {limit} bytes.',
  ],
  FILE_EMPTY: [422, '文件为空', 'The file is empty', '{name}', '{name}'],
  FILE_EXECUTABLE: [422, '不接收可执行文件', 'Executables are not taken', '{name}', '{name}'],
  FILE_TYPE_NOT_ALLOWED: [415, '不接收此类文件', 'This file type is not taken', '{name}（{type}）', '{name} ({type})'],
  TOO_MANY_FILES: [413, '文件数量过多', 'Too many files', '一次最多 {limit} 个。', 'At most {limit} at a time.'],
  FILE_NAME_TOO_LONG: [422, '文件名过长', 'The file name is too long', '最多 {limit} 字节。', 'At most {limit} bytes.'],
  MULTIPART_MALFORMED: [
    400,
    '表单内容不完整或有误',
    'The form is cut short or malformed',
    '上传未完成，未保存任何内容，请重新提交。',
    'Nothing was kept; send it again.',
  ],
  DIGEST_MISMATCH: [
    422,
    '摘要与声明不符',
    'The digest is not the declared one',
    '{name}：文件可能在传输中损坏，未保存。',
    '{name}: damaged on the way; nothing was kept.',
  ],

  // Retrieval
  GRANT_EXPIRED: [
    403,
    '调阅授权已到期',
    'The grant has expired',
    '如仍需调阅，请重新申请。',
    'Ask again if it is still needed.',
  ],
  GRANT_REVOKED: [403, '调阅授权已撤销', 'The grant was revoked', '如有疑问，请联系审批人。', 'Ask the approver.'],
  GRANT_USED_UP: [
    403,
    '调阅次数已用完',
    'No viewings are left',
    '如仍需调阅，请重新申请。',
    'Ask again if it is still needed.',
  ],
  VIEWING_CLOSED: [403, '本次调阅已结束', 'The viewing has ended', '请重新打开。', 'Open another.'],
  RANGE_NOT_SATISFIABLE: [
    416,
    '请求的范围无效',
    'Range not satisfiable',
    '文件共 {size} 字节。',
    'The file has {size} bytes.',
  ],
  SEGREGATION: [
    403,
    '申请人不得审批自己的申请',
    'Nobody answers their own request',
    '须由采集部门的其他审批人办理。',
    'Another approver of the collecting department must answer.',
  ],
  NOT_SEALED: [409, '记录尚未固化', 'The record is not sealed yet', '请稍后重试。', 'Try again shortly.'],
  NOT_PUBLISHED: [409, '账本条目尚未公布', 'Its entry is not published yet', '请稍后重试。', 'Try again shortly.'],
  CARD_IS_ORIGINAL: [
    409,
    '存储卡作为原始载体保存，不得清除',
    'The card is kept as the original carrier',
    '原因：{what}。{citation}',
    'Why: {what}. {citation}',
  ],
  RECORD_QUARANTINED: [
    409,
    '记录已隔离，不得清除存储卡',
    'The record is quarantined; the card stays',
    '原因：{reason}。',
    'Why: {reason}.',
  ],
  CARD_DOUBTFUL: [
    409,
    '记录有待查明的问题，不得清除存储卡',
    'Something about the record is open; the card stays',
    '问题：{finding}。',
    'Finding: {finding}.',
  ],
  CARD_OTHER_FILE: [
    409,
    '卡上文件与固化的原件不同',
    'The file on the card is not the one sealed',
    '固化的原件 SHA-256 为 {sha256}，{size} 字节。',
    'Sealed: SHA-256 {sha256}, {size} bytes.',
  ],
  CARD_TOO_SOON: [409, '尚未到可以清除的时间', 'Too soon to erase', '自 {from} 起可以清除。', 'From {from} on.'],
  RECEIPT_REFUSED: [
    409,
    '固化回执未通过核验',
    'The receipt does not verify',
    '未通过的检查：{line}。',
    'The check that fails: {line}.',
  ],
  STATEMENT_CHANGED: [
    409,
    '待签内容已变化',
    'What is to be signed has changed',
    '请重新获取待签内容，核对后再签。',
    'Read the statement again, then sign that.',
  ],
  SIGNATURE_REFUSED: [422, '签名未通过核验', 'The signature is refused', '原因：{code}。', 'Why: {code}.'],
  SIGNER_UNAVAILABLE: [503, '签名设备暂不可用', 'The signer does not answer', '请稍后重试。', 'Try again later.'],

  // Archive
  EXPORT_NOT_READY: [409, '案卷包尚未生成', 'The package is not ready', '当前状态：{state}。', 'The state is {state}.'],
  EXPORT_GONE: [410, '案卷包已按期删除', 'The package has been deleted', '请重新导出。', 'Export again.'],
  EXPORT_DAMAGED: [
    500,
    '存储中的案卷包已损坏',
    'The package in the store is damaged',
    '与账本所记不符，不能使用。请重新导出，并告知系统管理员。',
    'It is not what the ledger names. Export again, and tell the system administrator.',
  ],
} as const satisfies Record<string, readonly [number, string, string, string, string]>;

export type FaultCode = keyof typeof catalogue;
export const faultCodes = Object.keys(catalogue) as FaultCode[];

/** One fault of one field; `pointer` is a JSON pointer (RFC 6901) into the body, or `/query/x`, `/params/x`. */
export interface FieldFault {
  pointer: string;
  /** A text of field-words.ts, or one that is in the language of the request already. */
  detail: string;
}

interface FaultOptions {
  params?: Record<string, string | number>;
  errors?: FieldFault[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** The one error class of the server: a code of the catalogue, and what fills its texts. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly params: Record<string, string | number>;
  readonly errors: FieldFault[];
  readonly headers: Record<string, string>;

  constructor(code: FaultCode, options: FaultOptions = {}) {
    super(code, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.params = options.params ?? {};
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return catalogue[this.code][0];
  }

  /** Title and detail in the language asked for. */
  words(language: 'zh' | 'en'): { title: string; detail: string } {
    const [, titleZh, titleEn, detailZh, detailEn] = catalogue[this.code];
    const told = (name: string) => String(this.params[name] ?? '');
    const named = (name: string) => (name === 'state' || name === 'what' ? inChinese(told(name)) : told(name));
    const fill = (text: string, by: typeof told) => text.replace(/\{(\w+)\}/g, (_, name: string) => by(name));
    if (language === 'en') return { title: titleEn, detail: fill(detailEn, told) };
    return { title: titleZh, detail: fill(detailZh, named) };
  }

  /** What is wrong with each field, in the language asked for. */
  fields(language: 'zh' | 'en'): { pointer: string; detail: string }[] {
    return this.errors.map(({ pointer, detail }) => ({ pointer, detail: fieldWords(detail, this.params, language) }));
  }
}

/** One field's part of a fault. */
export const field = (pointer: string, detail: FieldText): FieldFault => ({ pointer, detail });

/** The fault of one field. */
export const invalid = (pointer: string, detail: FieldText, params: FaultOptions['params'] = {}) =>
  new Fault('VALIDATION', { params, errors: [field(pointer, detail)] });

/** What must be there for anything else to be said of it. Throws NOT_FOUND. */
export function present<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Fault('NOT_FOUND');
  return thing;
}
