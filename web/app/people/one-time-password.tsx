import { Button, Descriptions, Modal, Typography } from 'antd';
import { Copyable } from '../parts/copyable.tsx';
import { useWords } from '../words/use-words.ts';

interface Given {
  name: string;
  username: string;
  oneTimePassword: string;
  onClose: () => void;
}

/** Shown once, to be handed over. It closes by its button only. */
export function OneTimePassword({ name, username, oneTimePassword, onClose }: Given) {
  const { t } = useWords('people');
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      title={`${t('oneTime')} · ${name}`}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      }
    >
      <Typography.Paragraph>{t('registeredLead')}</Typography.Paragraph>
      <Descriptions
        bordered
        column={1}
        size="small"
        items={[
          { key: 'username', label: t('username'), children: <Copyable text={username} /> },
          { key: 'password', label: t('oneTime'), children: <Copyable text={oneTimePassword} code /> },
        ]}
      />
    </Modal>
  );
}
