export const policyUnits = [
  'seconds',
  'minutes',
  'hours',
  'days',
  'workdays',
  'months',
  'years',
  'count',
  'characters',
] as const;

/** A number or rule from law, standard or local rule, with its source. Numbers of law are never constants elsewhere. */
export interface PolicyValue {
  value: number;
  unit: (typeof policyUnits)[number];
  /** Article and text that it comes from, or why it was chosen. */
  citation: string;
  /** `law` binds everyone, `adopted` was adopted by the agency, `model` is a default taken from a comparable rule. */
  binding: 'law' | 'adopted' | 'model';
  effectiveFrom: string;
}

const model = (value: number, unit: PolicyValue['unit'], citation: string): PolicyValue => ({
  value,
  unit,
  citation,
  binding: 'model',
  effectiveFrom: '2026-01-01',
});

const law = (value: number, unit: PolicyValue['unit'], citation: string, effectiveFrom: string): PolicyValue => ({
  value,
  unit,
  citation,
  binding: 'law',
  effectiveFrom,
});

/** The policy set in force. A later version stands beside it; entries say which one they were decided under. */
export const policySet = {
  version: 1,
  'retrieval.seconds.max': model(
    7 * 86_400,
    'seconds',
    '国办发〔2018〕118号 二(四) 只要求建立调阅监督制度，未定期限；由机关规定',
  ),
  'retrieval.seconds.default': model(3 * 86_400, 'seconds', '同上；默认三日'),
  'retrieval.viewings.max': model(50, 'count', '同上；由机关规定'),
  'retrieval.viewings.default': model(3, 'count', '同上；默认三次'),
  'retrieval.idle': model(15, 'minutes', '无法定期限；十五分钟无读取即视为调阅结束'),
  'card.erase-wait': model(
    0,
    'days',
    '行诉证据规定 第十二条 以存储卡为原始载体，未定保留天数；默认固化、公布并核验后即可清除，机关可另定等待天数',
  ),
  'card.permit-term': model(24, 'hours', '无法定期限；清除许可一日内有效，逾期须重新核发，重新核对案件关联与标记'),
  'dock.upload-due': model(
    24,
    'hours',
    '内蒙古自治区人民政府令第244号 第二十条：音像记录应当在二十四小时内存储；对其他省份无约束力，由机关采纳',
  ),
  'retention.unlinked': model(
    6,
    'months',
    '公安机关现场执法视音频记录工作规定（保存期限不少于六个月）；对其他机关无约束力，未关联案件的记录默认自固化起六个月',
  ),
  'retention.30y': model(
    30,
    'years',
    '国家档案局令第8号 机关文件材料归档范围和文书档案保管期限规定 第六条：定期一般分为30年、10年',
  ),
  'retention.10y': model(10, 'years', '同上'),
  'disposal.records': model(
    200,
    'count',
    '档案法 第二十一条：销毁的程序和办法由国家档案主管部门制定；一份清册的件数无规定，二百件以内便于逐件鉴定',
  ),
  'minor.age': law(18, 'years', '未成年人保护法 第二条；民法典 第十七条：未满十八周岁为未成年人', '2021-06-01'),
  'password.length': model(12, 'characters', 'GB/T 22239-2019 8.1.4.1 身份鉴别，复杂度由机关规定'),
  'sign-in.lock': model(10, 'count', 'GB/T 22239-2019 8.1.4.1 b) 须有登录失败处理功能，次数由机关规定'),
} as const satisfies { version: number } & Record<string, PolicyValue | number>;

export type PolicySet = typeof policySet;
