import { useQuery } from '@tanstack/react-query';
import { Alert, Form, Input, Select } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { read } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { useWords } from '../words/use-words.ts';
import type { OneCase, Stage } from './kinds.ts';

interface Typed {
  stage: Stage;
  note?: string;
}

/** Takes a case on to one of the stages that may follow. Closing is one of them. */
export function EnterStage({ file, onClose }: { file: OneCase; onClose: () => void }) {
  const { t } = useWords('cases');
  const { data } = useQuery(read('/cases/{id}/stages', { params: { path: { id: file.id } } }));
  const send = ({ stage, note }: Typed, key: string) =>
    answer(
      api.POST('/cases/{id}/stages', {
        params: { path: { id: file.id } },
        body: { stage, ...(note && { note }) },
        headers: idempotent(key),
      }),
    );
  const options = (data?.stages ?? [])
    .filter(({ next }) => next)
    .map(({ stage }) => ({ value: stage, label: t(`stage_${stage}`) }));
  return (
    <FormModal<Typed, unknown> title={t('enterTitle')} send={send} onClose={onClose} submit={t('enter')}>
      <Form.Item name="stage" label={t('stage')} rules={[{ required: true }]}>
        <Select autoFocus showSearch={{ optionFilterProp: 'label' }} options={options} />
      </Form.Item>
      <Form.Item noStyle dependencies={['stage']}>
        {({ getFieldValue }) =>
          getFieldValue('stage') === 'CLOSE' && (
            <Form.Item>
              <Alert type="warning" showIcon title={t('enterClose')} />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item name="note" label={t('note')}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </FormModal>
  );
}
