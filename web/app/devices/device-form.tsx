import { Form, Input } from 'antd';
import { answer, api, idempotent, ifMatch } from '../api/client.ts';
import type { Body } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { useWords } from '../words/use-words.ts';

interface Typed {
  serial: string;
  model?: string | undefined;
  departmentId: string;
}

interface Given {
  /** The one that is corrected; a new one is registered without. */
  device?: Body<'/devices/{id}'>;
  onClose: () => void;
}

export function DeviceForm({ device, onClose }: Given) {
  const { t } = useWords('devices');
  const send = ({ model, ...typed }: Typed, key: string) =>
    device
      ? answer(
          api.PATCH('/devices/{id}', {
            params: { path: { id: device.id } },
            body: { ...typed, model: model || null },
            headers: ifMatch(device),
          }),
        )
      : answer(api.POST('/devices', { body: { ...typed, ...(model && { model }) }, headers: idempotent(key) }));
  return (
    <FormModal<Typed, unknown>
      title={t(device ? 'correct' : 'register')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={device ?? {}}
    >
      <Form.Item name="serial" label={t('serial')} extra={t('serialHint')} rules={[{ required: true }]}>
        <Input maxLength={64} autoFocus />
      </Form.Item>
      <Form.Item name="model" label={t('model')}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="departmentId" label={t('department')} rules={[{ required: true }]}>
        <DepartmentSelect />
      </Form.Item>
    </FormModal>
  );
}
