import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { DeadEnd } from './dead-end.tsx';

/** What is shown instead of a page that failed. Code that is not there any more means that the service was updated. */
export function PageFault() {
  const { t } = useTranslation();
  const stale = /dynamically imported module|module script|preload/.test(String(useRouteError()));
  return (
    <DeadEnd
      title={t(stale ? 'stale' : 'problemPage')}
      detail={t(stale ? 'staleDetail' : 'problemPageDetail')}
      way={
        <Button type="primary" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      }
    />
  );
}
