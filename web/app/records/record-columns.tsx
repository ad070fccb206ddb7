import { Link } from 'react-router';
import { bytes } from '../parts/bytes.ts';
import { duration } from '../parts/duration.ts';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import type { Column } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { KindMark } from './kind-mark.tsx';
import { type RecordItem, stateTones } from './kinds.ts';
import { probeOf } from './probe.ts';

/** The columns of every list of records. */
export function useRecordColumns(): Column<RecordItem>[] {
  const { t } = useWords('records');
  return [
    {
      key: 'title',
      title: t('name'),
      heading: true,
      long: true,
      render: ({ id, title }) => <Link to={`/records/${id}`}>{title}</Link>,
    },
    { key: 'kind', title: t('kind'), render: ({ kind }) => <KindMark kind={kind} /> },
    {
      key: 'state',
      title: t('state'),
      render: ({ state }) => <StateTag tone={stateTones[state]} word={t(`state_${state}`)} />,
    },
    { key: 'time', title: t('sortTime'), render: ({ sortTime }) => <Moment at={sortTime} /> },
    { key: 'extent', title: t('duration'), render: (record) => extentOf(record) ?? t('common:none') },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
    {
      key: 'filmedBy',
      title: t('filmedBy'),
      render: ({ filmedBy }) => (filmedBy ? <PersonName id={filmedBy} /> : t('common:none')),
    },
    {
      key: 'department',
      title: t('department'),
      long: true,
      render: ({ departmentId }) => <DepartmentName id={departmentId} />,
    },
  ];
}

function extentOf(record: RecordItem): string | undefined {
  const { durationMs } = probeOf(record) ?? {};
  return durationMs === undefined ? undefined : duration(durationMs);
}
