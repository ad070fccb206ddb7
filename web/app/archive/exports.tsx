import { Button } from 'antd';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { ExportState, KeptUntil } from './export-state.tsx';
import { isUnderWay, LOOK_MS, nameOf } from './kinds.ts';

type Listed = Item<'/exports'>;

const states = ['queued', 'ready', 'failed', 'cancelled', 'deleted'] as const;

/** Every package that was asked for: under way, to be downloaded, failed, over. */
export default function Exports() {
  const { t } = useWords('archive');
  const { permissions } = useSession();
  const filters = useFilters(['state', 'caseId']);
  const columns: Column<Listed>[] = [
    {
      key: 'name',
      title: t('aPackage'),
      heading: true,
      long: true,
      render: (one) => <Link to={`/exports/${one.id}`}>{nameOf(one)}</Link>,
    },
    { key: 'state', title: t('state'), render: (one) => <ExportState one={one} /> },
    { key: 'form', title: t('form'), render: ({ form }) => (form === 'asice' ? '.asice' : '.zip') },
    { key: 'size', title: t('size'), render: ({ package: made }) => (made ? bytes(made.size) : t('common:none')) },
    { key: 'until', title: t('keptUntil'), render: ({ package: made }) => <KeptUntil until={made?.until} /> },
    {
      key: 'fetched',
      title: t('fetched'),
      render: ({ fetches, package: made }) =>
        made
          ? fetches.length > 0
            ? t('fetchedTimes', { count: fetches.length })
            : t('fetchedNever')
          : t('common:none'),
    },
    { key: 'by', title: t('requestedBy'), render: ({ requestedBy }) => <PersonName id={requestedBy} /> },
    { key: 'at', title: t('requestedAt'), render: ({ requestedAt }) => <Moment at={requestedAt} /> },
  ];
  const toFiles = permissions['export.create'] && <Link to="/archive">{t('toFiles')}</Link>;
  return (
    <PageFrame
      title={t('exports')}
      lead={t('exportsLead')}
      actions={
        permissions['export.create'] && (
          <Link to="/archive">
            <Button type="primary" tabIndex={-1}>
              {t('toFiles')}
            </Button>
          </Link>
        )
      }
    >
      <Filters
        filters={[
          { name: 'state', label: t('state'), choices: states.map((value) => ({ value, label: t(`state_${value}`) })) },
        ]}
      />
      <ServerTable<Listed>
        label={t('exports')}
        list={(page) => ({
          ...read('/exports', { params: { query: { ...filters, ...page } as never } }),
          refetchInterval: ({ state }: { state: { data?: { items: Listed[] } } }) =>
            state.data?.items.some(isUnderWay) === true && LOOK_MS,
        })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <>
            {t('exportsNone')} {toFiles}
          </>
        }
      />
    </PageFrame>
  );
}
