import { App, Card } from 'antd';
import { useNavigate } from 'react-router';
import { PageFrame } from '../parts/page-frame.tsx';
import { useWords } from '../words/use-words.ts';
import { PasswordForm } from './password-form.tsx';
import { useSession } from './session.ts';

export default function Password() {
  const { t } = useWords('session');
  const { username } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const done = () => {
    void message.success(t('changed'));
    void navigate('/');
  };
  return (
    <PageFrame title={t('changeOwn')}>
      <Card style={{ maxWidth: 480 }}>
        <PasswordForm username={username} onDone={done} />
      </Card>
    </PageFrame>
  );
}
