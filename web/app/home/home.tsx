import { Card, Empty } from 'antd';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';

export default function Home() {
  const { t } = useWords('home');
  const { name } = useSession();
  return (
    <PageFrame title={t('greeting', { name })}>
      <Card title={t('waits')}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('nothing')} />
      </Card>
    </PageFrame>
  );
}
