import { onlineManager } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { DeadEnd } from './dead-end.tsx';

const words = {
  stale: ['stale', 'staleDetail'],
  network: ['problemNetwork', 'problemNetworkDetail'],
  page: ['problemPage', 'problemPageDetail'],
} as const;

/** What is shown instead of a page that failed. Code that is not there any more means that the service was updated, where it is reached. */
export function PageFault() {
  const { t } = useTranslation();
  const missing = /dynamically imported module|module script|preload/.test(String(useRouteError()));
  const [title, detail] = words[!missing ? 'page' : onlineManager.isOnline() ? 'stale' : 'network'];
  return (
    <DeadEnd
      title={t(title)}
      detail={t(detail)}
      way={
        <Button type="primary" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      }
    />
  );
}
