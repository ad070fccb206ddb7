import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';

/** The place of something that is on its way. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')} className="page">
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}
