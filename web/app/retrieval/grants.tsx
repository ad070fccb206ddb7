import { Button, Space } from 'antd';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';
import { useGrantColumns } from './grant-columns.tsx';
import { type Grant, grantStates } from './kinds.ts';

/** What the person who is signed in asked to see, and what came of it. */
export default function Grants() {
  const { t } = useWords('retrieval');
  const columns = useGrantColumns();
  const filters = useFilters(['state']);
  return (
    <PageFrame
      title={t('mine')}
      lead={t('mineLead')}
      actions={
        <Link to="/grants/new">
          <Button type="primary" tabIndex={-1}>
            {t('ask')}
          </Button>
        </Link>
      }
    >
      <Filters
        filters={[
          {
            name: 'state',
            label: t('state'),
            choices: grantStates.map((value) => ({ value, label: t(`state_${value}`) })),
          },
        ]}
      />
      <ServerTable<Grant>
        label={t('mine')}
        list={(page) => read('/grants', { params: { query: { mine: 'true', ...filters, ...page } as never } })}
        columns={columns('text', 'state', 'case', 'count', 'terms', 'left', 'until', 'requestedAt')}
        rowKey={({ id }) => id}
        empty={
          <Space orientation="vertical">
            {t('mineNone')}
            <Link to="/cases">{t('toCases')}</Link>
          </Space>
        }
      />
    </PageFrame>
  );
}
