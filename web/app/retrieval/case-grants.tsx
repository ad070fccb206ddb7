import { Card } from 'antd';
import { read } from '../api/query.ts';
import { ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';
import { useGrantColumns } from './grant-columns.tsx';
import type { Grant } from './kinds.ts';

/** Who asked to see records of a case, as far as the reader may know of it. */
export function CaseGrants({ caseId }: { caseId: string }) {
  const { t } = useWords('retrieval');
  const columns = useGrantColumns();
  return (
    <Card title={<h2>{t('caseGrants')}</h2>}>
      <ServerTable<Grant>
        label={t('caseGrants')}
        list={(page) => read('/grants', { params: { query: { caseId, ...page } } })}
        columns={columns('text', 'person', 'state', 'count', 'left', 'until', 'requestedAt')}
        rowKey={({ id }) => id}
        empty={t('caseGrantsNone')}
        limit={10}
      />
    </Card>
  );
}
