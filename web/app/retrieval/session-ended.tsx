import { Result } from 'antd';
import { useWords } from '../words/use-words.ts';

/** In place of what is watched while nobody is signed in. */
export function SessionEnded() {
  const { t } = useWords('retrieval');
  return <Result status="warning" title={<h2>{t('sessionEnded')}</h2>} subTitle={t('sessionEndedLead')} />;
}
