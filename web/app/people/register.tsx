import { Modal } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { ServerForm } from '../parts/server-form.tsx';
import { useWords } from '../words/use-words.ts';
import { OneTimePassword } from './one-time-password.tsx';
import { ParticularsFields } from './particulars-fields.tsx';

interface Typed {
  name: string;
  username: string;
  certificateNo?: string;
}

/** Registers a person and shows the one-time password. */
export function Register({ onClose }: { onClose: () => void }) {
  const { t } = useWords('people');
  const [made, setMade] = useState<{ name: string; username: string; oneTimePassword: string }>();
  const send = ({ certificateNo, ...typed }: Typed, key: string) =>
    answer(
      api.POST('/people', { body: { ...typed, ...(certificateNo && { certificateNo }) }, headers: idempotent(key) }),
    );
  if (made) return <OneTimePassword {...made} onClose={onClose} />;
  return (
    <Modal open title={t('register')} onCancel={onClose} footer={null}>
      <ServerForm send={send} onDone={setMade} onCancel={onClose} submit={t('register')} name="people.register">
        <ParticularsFields />
      </ServerForm>
    </Modal>
  );
}
