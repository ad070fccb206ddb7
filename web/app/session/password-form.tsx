import { Form, Input } from 'antd';
import { answer, api } from '../api/client.ts';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';

interface Typed {
  current: string;
  next: string;
  repeat: string;
}

/** One's own password: the present one, and the new one twice. */
export function PasswordForm({ username, onDone }: { username: string; onDone: () => void }) {
  const { t } = useWords('session');
  const send = ({ current, next }: Typed) => answer(api.POST('/session/password', { body: { current, next } }));
  return (
    <ServerForm<Typed, unknown> send={send} onDone={onDone} submit={t('common:save')} wide>
      <input type="text" autoComplete="username" value={username} readOnly hidden />
      <Form.Item name="current" label={t('current')} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Form.Item name="next" label={t('next')} extra={t('nextHint', { length: 12 })} rules={[{ required: true }]}>
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={t('repeat')}
        dependencies={['next']}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value && value !== getFieldValue('next')) throw new Error(t('repeatDiffers'));
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
    </ServerForm>
  );
}
