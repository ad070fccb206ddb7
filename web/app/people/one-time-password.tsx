import { Descriptions, Typography } from 'antd';
import { Copyable } from '../parts/copyable.tsx';
import { ShownOnce } from '../parts/shown-once.tsx';
import { useWords } from '../words/use-words.ts';

interface Given {
  name: string;
  username: string;
  oneTimePassword: string;
  onClose: () => void;
}

/** A password to be handed over. */
export function OneTimePassword({ name, username, oneTimePassword, onClose }: Given) {
  const { t } = useWords('people');
  return (
    <ShownOnce title={`${t('oneTime')} · ${name}`} onClose={onClose}>
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
    </ShownOnce>
  );
}
