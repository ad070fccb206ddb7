import { Form, Input, Modal } from 'antd';
import { answer, api, ifMatch } from '../api/client.ts';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';
import type { Person } from './person.tsx';

interface Typed {
  name: string;
  username: string;
  certificateNo?: string | undefined;
}

/** Corrects particulars, of the version that was shown. */
export function Edit({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords('people');
  const send = ({ certificateNo, ...typed }: Typed) =>
    answer(
      api.PATCH('/people/{id}', {
        params: { path: { id: person.id } },
        body: { ...typed, certificateNo: certificateNo || null },
        headers: ifMatch(person),
      }),
    );
  const { name, username, certificateNo } = person;
  return (
    <Modal open title={t('edit')} onCancel={onClose} footer={null}>
      <ServerForm<Typed, unknown>
        send={send}
        onDone={onClose}
        onCancel={onClose}
        submit={t('common:save')}
        initial={{ name, username, certificateNo }}
      >
        <Form.Item name="name" label={t('name')} rules={[{ required: true }]}>
          <Input maxLength={100} autoFocus />
        </Form.Item>
        <Form.Item name="username" label={t('username')} extra={t('usernameHint')} rules={[{ required: true }]}>
          <Input maxLength={50} autoCapitalize="none" autoComplete="off" />
        </Form.Item>
        <Form.Item name="certificateNo" label={t('certificateNo')}>
          <Input maxLength={32} autoComplete="off" />
        </Form.Item>
      </ServerForm>
    </Modal>
  );
}
