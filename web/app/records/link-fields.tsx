import { Form, Input, Select, Space } from 'antd';
import { CaseSelect } from '../cases/case-select.tsx';
import { StageSelect } from '../cases/stage-select.tsx';
import { parseDuration } from '../parts/duration.ts';
import { SubjectSelect } from '../subjects/subject-select.tsx';
import { useWords } from '../words/use-words.ts';
import { evidenceKinds } from './kinds.ts';

/** What is typed of a link; times as `h:mm:ss`. */
export interface TypedLink {
  caseId?: string;
  subjectId?: string;
  stage?: string;
  evidenceKind?: (typeof evidenceKinds)[number];
  from?: string;
  to?: string;
}

/** What a link says, as the API takes it. */
export function linkOf({ caseId, subjectId, stage, evidenceKind, from, to }: TypedLink) {
  const toMs = to ? parseDuration(to) : undefined;
  return {
    ...(caseId && { caseId }),
    ...(subjectId && { subjectId }),
    ...(caseId && stage && { stage }),
    ...(evidenceKind && { evidenceKind }),
    ...(toMs !== undefined && { range: { fromMs: parseDuration(from ?? '') ?? 0, toMs } }),
  };
}

/** The fields of a link. Under a Form; `ranges` where the record has a duration. */
export function LinkFields({ ranges }: { ranges: boolean }) {
  const { t } = useWords('records');
  const form = Form.useFormInstance<TypedLink>();
  const caseId = Form.useWatch('caseId', form);
  const either = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: () =>
      getFieldValue('caseId') || getFieldValue('subjectId')
        ? Promise.resolve()
        : Promise.reject(new Error(t('subjectOrCase'))),
  });
  return (
    <>
      <Form.Item name="caseId" label={t('case')} dependencies={['subjectId']} rules={[either]}>
        <CaseSelect autoFocus onChange={() => form.setFieldValue('stage', undefined)} />
      </Form.Item>
      <Form.Item name="stage" label={t('stage')}>
        <StageSelect caseId={caseId} />
      </Form.Item>
      <Form.Item name="subjectId" label={t('subject')}>
        <SubjectSelect />
      </Form.Item>
      <Form.Item name="evidenceKind" label={t('evidenceKind')}>
        <Select allowClear options={evidenceKinds.map((value) => ({ value, label: t(`evidence_${value}`) }))} />
      </Form.Item>
      {ranges && <Range />}
    </>
  );
}

function Range() {
  const { t } = useWords('records');
  const readable = {
    validator: (_: unknown, typed?: string) =>
      !typed || parseDuration(typed) !== undefined ? Promise.resolve() : Promise.reject(new Error(t('rangeWrong'))),
  };
  return (
    <Form.Item label={t('range')} extra={t('rangeHint')}>
      <Space>
        <Form.Item name="from" noStyle rules={[readable]}>
          <Input aria-label={t('rangeFrom')} placeholder="0:00:00" inputMode="numeric" maxLength={9} />
        </Form.Item>
        <span>–</span>
        <Form.Item name="to" noStyle rules={[readable]}>
          <Input aria-label={t('rangeTo')} placeholder="0:05:30" inputMode="numeric" maxLength={9} />
        </Form.Item>
      </Space>
    </Form.Item>
  );
}
