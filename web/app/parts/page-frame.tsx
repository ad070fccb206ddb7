import { Breadcrumb, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

interface Given {
  title: ReactNode;
  lead?: ReactNode;
  /** Pages above this one, from the outermost. */
  above?: readonly { title: string; to: string }[];
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of a page: where it is, what it is called, what can be done, and its content. */
export function PageFrame({ title, lead, above = [], actions, children }: Given) {
  const { t } = useTranslation();
  return (
    <div className="page">
      {above.length > 0 && (
        <nav aria-label={t('breadcrumbs')}>
          <Breadcrumb
            items={[...above.map((page) => ({ title: <Link to={page.to}>{page.title}</Link> })), { title }]}
          />
        </nav>
      )}
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {lead && (
            <Typography.Paragraph type="secondary" className="lead">
              {lead}
            </Typography.Paragraph>
          )}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      <div className="page-body">{children}</div>
    </div>
  );
}
