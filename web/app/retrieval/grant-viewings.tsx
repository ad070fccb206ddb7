import { Card } from 'antd';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Moment } from '../parts/moment.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { Grant, Watched } from './kinds.ts';

/** Each time that something was watched under a grant. */
export function GrantViewings({ grant: { id } }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const oversees = useSession().permissions['grant.read'] === 'agency';
  const address: Column<Watched> = {
    key: 'address',
    title: t('address'),
    render: (viewing) => viewing.address ?? t('common:none'),
  };
  const columns: Column<Watched>[] = [
    { key: 'from', title: t('openedAt'), render: ({ openedAt }) => <Moment at={openedAt} /> },
    { key: 'to', title: t('closedAt'), render: ({ closedAt }) => <Moment at={closedAt} /> },
    { key: 'by', title: t('closedBy'), render: ({ closedBy }) => t(closedBy ? `closed_${closedBy}` : 'watching') },
    { key: 'bytes', title: t('bytes'), render: (viewing) => bytes(viewing.bytes) },
    ...(oversees ? [address] : []),
  ];
  return (
    <Card title={<h2>{t('viewings')}</h2>}>
      <ServerTable<Watched>
        label={t('viewings')}
        list={(page) => read('/grants/{id}/viewings', { params: { path: { id }, query: page } })}
        columns={columns}
        rowKey={(viewing) => viewing.id}
        empty={t('viewingsNone')}
        limit={10}
      />
    </Card>
  );
}
