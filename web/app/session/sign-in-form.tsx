import { Form, Input } from 'antd';
import { useState } from 'react';
import { answer, api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';
import type { Session } from './session.ts';

interface Typed {
  agency?: string;
  username: string;
  password: string;
}

/** Name and password, and the agency once the service says that there are several. */
export function SignInForm({ username, onDone }: { username?: string; onDone: (session: Session) => void }) {
  const { t } = useWords('session');
  const [several, setSeveral] = useState(false);
  const send = async ({ agency, ...typed }: Typed) => {
    try {
      return await answer(api.POST('/session', { body: { ...typed, ...(agency && { agency }) } }));
    } catch (error) {
      if (problemOf(error).errors.some(({ pointer }) => pointer === '/agency')) setSeveral(true);
      throw error;
    }
  };
  return (
    <ServerForm<Typed, Session> send={send} onDone={onDone} submit={t('signIn')} initial={{ username }} wide>
      {several && (
        <Form.Item name="agency" label={t('agency')} extra={t('agencyHint')} rules={[{ required: true }]}>
          <Input autoComplete="organization" maxLength={64} autoFocus />
        </Form.Item>
      )}
      <Form.Item name="username" label={t('username')} rules={[{ required: true }]}>
        <Input autoComplete="username" maxLength={200} autoCapitalize="none" autoFocus={!username} />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true }]} extra={t('lockedHint')}>
        <Input.Password autoComplete="current-password" maxLength={256} autoFocus={username !== undefined} />
      </Form.Item>
    </ServerForm>
  );
}
