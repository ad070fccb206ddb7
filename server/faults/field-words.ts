import { inChinese } from './words.ts';

/** What may be wrong with one field, by its English text; `{…}` are filled from the fault. The texts of zod are its own. */
const chinese = {
  required: '必填',
  'unknown field': '未知的字段',
  'not text': '应为文本',
  'too long': '过长',
  'empty or too long': '为空或过长',
  'too many fields': '字段过多',
  'no file': '没有文件',
  'not a file field of this form': '此表单没有该文件字段',
  'control or malformed characters': '含控制字符或无效字符',
  'malformed characters': '含无效字符',
  'a lone surrogate is no character': '含无效字符（孤立的代理码元）',
  'not a whole number above 0': '应为大于 0 的整数',
  'not a cursor of this list': '不是本列表的翻页标记',
  'not an e-mail address': '不是电子邮箱地址',
  '2 to 32 letters, digits, -': '应为 2 至 32 位字母、数字或 -',
  '4 to 32 letters, digits, -': '应为 4 至 32 位字母、数字或 -',
  '2 to 50 letters, digits, . _ @ -': '应为 2 至 50 位文字、数字或 . _ @ -',
  'needed: there are several agencies': '有多个机关，须指明',
  'the same as before': '与原密码相同',
  'too short or too common': '过短或过于常见',

  'it is past': '已经过去',
  'it is not past yet': '尚未到来',
  'more than {days} days from now': '距今不得超过 {days} 天',
  'not after its beginning': '不晚于起始时间',
  'before its beginning': '早于起始时间',
  'not after from': '不晚于 from',
  'not after fromMs': '不大于 fromMs',
  'before captured.from': '早于 captured.from',

  'subjectId or caseId is required': '须有 subjectId 或 caseId',
  'a stage needs its case': '指明阶段须同时指明案件',
  'the reason needs a case': '该事由须指明案件',
  'the reason takes no case': '该事由不指明案件',
  'not a stage of a case of kind {kind}': '“{kind}”案件没有该阶段',
  'a case of kind {kind} opens in {stages}': '“{kind}”案件应始于：{stages}',
  'a record of kind {kind} has no duration': '{kind} 类记录没有时长',
  'the record ends at {ms} ms': '记录止于 {ms} 毫秒',
  'more than was asked for': '超过了申请的数量',
  'not a statement of this dock': '不是本采集站的声明',
  'only records that were asked for': '只能是申请过的记录',
  'not a day of the year {year}': '不是 {year} 年的日期',
  'not a Saturday or Sunday': '不是周六或周日',
  'off and worked at once': '同一天既放假又上班',
  'the statutory holiday {day} is missing': '缺少法定节假日 {day}',
  'required: the rule itself gives no extension': '须写明依据：该期限的规定本身没有延长，或已延长过',
  'at most {max}': '最多 {max}',
  'not within the period': '不在该期限之内',

  'required unless the subject is unknown': '必填（身份不明的对象除外）',
  'idType and idNumber come together': 'idType 与 idNumber 须同时填写',
  length: '长度不对',
  characters: '字符不对',
  empty: '为空',
  region: '行政区划代码不对',
  date: '日期不对',
  'check-digit': '校验码不对',
} as const satisfies Record<string, string>;

export type FieldText = keyof typeof chinese;

/** For the messages of a schema: only what can be said in both languages. */
export const says = (text: FieldText): FieldText => text;

/** In the language asked for; what a schema of the library says is in it already. */
export function fieldWords(
  text: string,
  params: Readonly<Record<string, string | number>>,
  language: 'zh' | 'en',
): string {
  if (!Object.hasOwn(chinese, text)) return text;
  const form = language === 'en' ? text : chinese[text as FieldText];
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const told = String(params[name] ?? '');
    return language === 'en' ? told : inChinese(told);
  });
}
