import { Form, Input } from 'antd';
import { useWords } from '../words/use-words.ts';

/** The fields of a person, to register and to correct. */
export function ParticularsFields() {
  const { t } = useWords('people');
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={[{ required: true }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="username" label={t('username')} extra={t('usernameHint')} rules={[{ required: true }]}>
        <Input maxLength={50} autoCapitalize="none" autoComplete="off" />
      </Form.Item>
      <Form.Item name="certificateNo" label={t('certificateNo')}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
    </>
  );
}
