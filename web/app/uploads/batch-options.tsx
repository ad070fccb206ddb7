import { Card, Collapse, Form, type FormInstance, Input, Select, Typography } from 'antd';
import { CaseSelect } from '../cases/case-select.tsx';
import { StageSelect } from '../cases/stage-select.tsx';
import { DepartmentSelect, PersonSelect } from '../parts/selects.tsx';
import { confidentialities, sources } from '../records/kinds.ts';
import { useSession } from '../session/session.ts';
import { SubjectSelect } from '../subjects/subject-select.tsx';
import { useWords } from '../words/use-words.ts';
import type { TellOf } from './item.ts';

export type TypedOptions = { [Name in keyof TellOf]?: string | undefined };

/** What was typed, without what is empty. */
export const toldOf = (typed: TypedOptions): TellOf =>
  Object.fromEntries(Object.entries(typed).filter(([, value]) => value?.trim())) as TellOf;

/** What is told of the files that are added from now on. */
export function BatchOptions({ form, initial }: { form: FormInstance<TypedOptions>; initial: TypedOptions }) {
  const { t } = useWords('uploads');
  const words = useWords('records');
  const { departments } = useSession();
  const caseId = Form.useWatch('caseId', form) ?? initial.caseId;
  return (
    <Card title={<h2>{t('options')}</h2>}>
      <Typography.Paragraph type="secondary">{t('optionsHint')}</Typography.Paragraph>
      <Form<TypedOptions> form={form} layout="vertical" initialValues={initial}>
        <Form.Item name="caseId" label={t('case')}>
          <CaseSelect onChange={() => form.setFieldValue('stage', undefined)} />
        </Form.Item>
        <Form.Item name="stage" label={t('stage')}>
          <StageSelect caseId={caseId} />
        </Form.Item>
        <Form.Item name="subjectId" label={t('subject')}>
          <SubjectSelect />
        </Form.Item>
        <Form.Item name="place" label={t('place')}>
          <Input maxLength={500} />
        </Form.Item>
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: 'more',
              label: t('more'),
              forceRender: true,
              children: (
                <>
                  <Form.Item name="source" label={t('source')}>
                    <Select options={sources.map((value) => ({ value, label: words.t(`source_${value}`) }))} />
                  </Form.Item>
                  <Form.Item name="departmentId" label={t('department')} hidden={departments.length < 2}>
                    <DepartmentSelect among={departments.map(({ id }) => id)} />
                  </Form.Item>
                  <Form.Item name="filmedBy" label={t('filmedBy')}>
                    <PersonSelect allowClear />
                  </Form.Item>
                  <Form.Item name="confidentiality" label={t('confidentiality')}>
                    <Select
                      allowClear
                      options={confidentialities.map((value) => ({
                        value,
                        label: words.t(`confidentiality_${value}`),
                      }))}
                    />
                  </Form.Item>
                  <Form.Item name="carrier" label={t('carrier')} extra={t('carrierHint')}>
                    <Input maxLength={500} />
                  </Form.Item>
                  <Form.Item name="comparedBy" label={t('comparedBy')}>
                    <Input maxLength={200} />
                  </Form.Item>
                </>
              ),
            },
          ]}
        />
      </Form>
    </Card>
  );
}
