import { Card } from 'antd';
import { type Item, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { OneRecord } from './links.tsx';

type Viewing = Item<'/records/{id}/viewings'>;

/** Who watched a record: everybody, to who oversees it; else one's own. */
export function Watched({ record: { id, departmentId } }: { record: OneRecord }) {
  const { t } = useWords('records');
  const { permissions, departments } = useSession();
  const reach = permissions['grant.read'];
  const everyones =
    reach === 'agency' || (reach === 'department' && departments.some((joined) => joined.id === departmentId));
  const title = t(everyones ? 'watched' : 'watchedMine');
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
    <Card title={<h2>{title}</h2>}>
      <ServerTable<Viewing>
        label={title}
        list={(page) => read('/records/{id}/viewings', { params: { path: { id }, query: page } })}
        columns={columns}
        rowKey={(viewing) => viewing.id}
        empty={t(everyones ? 'watchedNone' : 'watchedMineNone')}
        limit={10}
      />
    </Card>
  );
}
