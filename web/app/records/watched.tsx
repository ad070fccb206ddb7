import { Card } from 'antd';
import { type Item, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';

type Viewing = Item<'/records/{id}/viewings'>;

/** Who watched a record: everybody, to who oversees it; else one's own. */
export function Watched({ id }: { id: string }) {
  const { t } = useWords('records');
  const columns: Column<Viewing>[] = [
    { key: 'person', title: t('watchedBy'), render: ({ personId }) => <PersonName id={personId} /> },
    { key: 'from', title: t('openedAt'), render: ({ openedAt }) => <Moment at={openedAt} /> },
    {
      key: 'to',
      title: t('closedAt'),
      render: ({ closedAt }) => (closedAt ? <Moment at={closedAt} /> : t('watching')),
    },
    { key: 'bytes', title: t('watchedBytes'), render: (viewing) => bytes(viewing.bytes) },
  ];
  return (
    <Card title={<h2>{t('watched')}</h2>}>
      <ServerTable<Viewing>
        label={t('watched')}
        list={(page) => read('/records/{id}/viewings', { params: { path: { id }, query: page } })}
        columns={columns}
        rowKey={(viewing) => viewing.id}
        empty={t('watchedNone')}
        limit={10}
      />
    </Card>
  );
}
