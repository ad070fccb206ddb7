import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useHref } from 'react-router';
import { DeadEnd } from './dead-end.tsx';

function ToHome() {
  const { t } = useTranslation();
  return (
    <Button type="primary" href={useHref('/')}>
      {t('toHome')}
    </Button>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return <DeadEnd title={t('notFound')} detail={t('notFoundDetail')} way={<ToHome />} />;
}

export function NotPermitted() {
  const { t } = useTranslation();
  return <DeadEnd title={t('notPermitted')} detail={t('notPermittedDetail')} way={<ToHome />} />;
}
