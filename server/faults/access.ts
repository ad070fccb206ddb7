import type { Catalogue } from './catalogue.ts';

/** Who calls, and what they may not do. */
export const accessFaults = {
  NOT_AUTHENTICATED: {
    status: 401,
    zh: ['请先登录', '会话不存在或已结束。'],
    en: ['Not signed in', 'There is no session, or it has ended.'],
  },
  LOGIN_FAILED: {
    status: 401,
    zh: ['用户名或密码错误', '请核对后重试。'],
    en: ['Wrong name or password', 'Check both and try again.'],
  },
  LOGIN_DELAYED: {
    status: 429,
    zh: ['尝试次数过多', '请在 {seconds} 秒后重试。'],
    en: ['Too many attempts', 'Try again in {seconds} s.'],
  },
  ACCOUNT_LOCKED: {
    status: 403,
    zh: ['账户已锁定', '请联系安全管理员解锁。'],
    en: ['The account is locked', 'Ask the security administrator.'],
  },
  PASSWORD_CHANGE_REQUIRED: {
    status: 403,
    zh: ['须先修改密码', '该密码由管理员设置，首次使用须修改。'],
    en: ['Change the password first', 'It was set by an administrator.'],
  },
  PASSWORD_REJECTED: {
    status: 422,
    zh: ['密码不符合要求', '至少 {length} 个字符，且不得为常见密码。'],
    en: ['The password is not accepted', 'At least {length} characters, and not a common one.'],
  },
  ORIGIN_REJECTED: {
    status: 403,
    zh: ['来源不被允许', '写操作只能来自本系统页面。'],
    en: ['Origin not allowed', 'Writes come from our own pages only.'],
  },
  FORBIDDEN: {
    status: 403,
    zh: ['没有权限', '您的角色或所在部门不能进行此操作。'],
    en: ['Not permitted', 'Your role or department may not do this.'],
  },
  ROLES_INCOMPATIBLE: {
    status: 422,
    zh: ['角色互斥', '系统管理员、安全管理员、审计员不得由一人兼任。'],
    en: ['Roles exclude each other', 'System administrator, security administrator and auditor are never one person.'],
  },
  SETUP_LINK_INVALID: {
    status: 403,
    zh: ['初始化链接无效', '链接已使用、已过期或有误；可用 npx tiezheng setup-link 重新生成。'],
    en: ['The set-up link is not valid', 'Used, expired or wrong; npx tiezheng setup-link makes a new one.'],
  },
  SELF_ACTION: {
    status: 403,
    zh: ['不能对本人进行此操作', '须由他人办理。'],
    en: ['Not on oneself', 'Another person must do this.'],
  },
} as const satisfies Catalogue;
