import { caseKindPolicies } from '../policy/case-kinds.ts';

/** What a clerk calls the states, stages, names and fields that stand in the texts of problems. */
const words: Readonly<Record<string, string>> = {
  // States
  open: '办理中',
  closed: '已结束',
  ended: '已结束',
  assigned: '该时段已配发他人',
  active: '在用',
  suspended: '已停用',
  received: '已接收，尚未固化',
  sealed: '已固化',
  quarantined: '已隔离',
  disposed: '已销毁',
  waiting: '待审批',
  refused: '未批准',
  revoked: '已撤销',
  expired: '已到期',
  'used-up': '次数已用完',
  live: '有效',
  queued: '排队中',
  packing: '打包中',
  ready: '已生成',
  failed: '生成失败',
  deleted: '已删除',
  proposed: '待批准',
  approved: '已批准，执行中',
  'carried-out': '已执行',
  unknown: '未知',

  // Stages of a case and its kinds
  SOURCE: '案源登记',
  INSPECT: '现场检查',
  SUMMARY: '简易程序',
  FILE: '立案',
  INVESTIGATE: '调查取证',
  PRESERVE: '先行登记保存',
  COERCE: '强制措施',
  CONCLUDE: '调查终结',
  REVIEW: '法制审核',
  NOTICE: '告知',
  HEARING: '听证',
  DECIDE: '决定',
  SERVE: '送达',
  EXECUTE: '执行',
  CLOSE: '结案',
  ARCHIVE: '归档',
  PUBLISH: '公示',
  ...Object.fromEntries(Object.entries(caseKindPolicies).map(([kind, { label }]) => [kind, label.zh])),

  // Marks of a camera; coercion is a kind of case too
  obstruction: '阻碍执法',

  // What must be unique
  'agency-code': '机关代码',
  'first-agency': '首个机关',
  'department-code': '部门代码',
  username: '用户名',
  certificate: '执法证号',
  'device-serial': '执法记录仪编号',
  'subject-id-number': '证件号码',
  'case-number': '案号',
  'external-person': '人员的外部编号',
  'external-subject': '执法对象的外部编号',
  'external-case': '案件的外部编号',
  'external-record': '记录的外部编号',
  membership: '该时段的部门任职',

  // Fields that refer to something
  departmentId: '部门',
  parentId: '上级部门',
  personId: '人员',
  filmedBy: '拍摄人',
  deviceId: '执法记录仪',
  subjectId: '执法对象',
  caseId: '案件',
};

/** The Chinese of a state or name as it stands in a fault's params; words that are none of ours (ids) stay. */
export const inChinese = (text: string): string =>
  text
    .split(' ')
    .map((word) => (Object.hasOwn(words, word) ? words[word] : word))
    .join(' ');
