import { Form, Select } from 'antd';
import { answer, api, ifMatch } from '../api/client.ts';
import type { Body } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { useWords } from '../words/use-words.ts';

type OneCase = Body<'/cases/{id}'>;
type Period = OneCase['retention']['period'];

interface Typed {
  period: Period;
  reason: string;
}

const periods = ['permanent', '30y', '10y'] as const satisfies Period[];

/** An archivist appraises a file: how long it is kept, and why, of the version that was shown. */
export function SetRetention({ file, onClose }: { file: OneCase; onClose: () => void }) {
  const { t } = useWords('retention');
  const send = (body: Typed) =>
    answer(api.PUT('/cases/{id}/retention', { params: { path: { id: file.id } }, body, headers: ifMatch(file) }));
  return (
    <FormModal<Typed, unknown>
      title={t('setTitle')}
      send={send}
      onClose={onClose}
      submit={t('set')}
      initial={{ period: file.retention.period }}
    >
      <p>{t('setLead')}</p>
      <Form.Item name="period" label={t('period')} rules={[{ required: true }]}>
        <Select autoFocus options={periods.map((period) => ({ value: period, label: t(`period_${period}`) }))} />
      </Form.Item>
      <ReasonField />
    </FormModal>
  );
}
