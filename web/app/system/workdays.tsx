import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Tag, Typography } from 'antd';
import { useState } from 'react';
import { type Body, read } from '../api/query.ts';
import { written } from '../cases/due-tag.tsx';
import { Filters, useFilters } from '../parts/filters.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWide } from '../parts/use-wide.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import { rangesOf } from './day-ranges.ts';
import { SetWorkdays } from './set-workdays.tsx';

export type Year = Body<'/workdays/{year}'>;
type Deadline = Body<'/policy'>['deadlines'][number];

/** Years whose calendar is looked at: from last year to the one after the next. */
const yearsAround = (now: Date): number[] => [-1, 0, 1, 2].map((ahead) => now.getFullYear() + ahead);

/** The workdays of a year, which an administrator enters when the State Council announces them, and what is counted by them. */
export default function Workdays() {
  const { t } = useWords('system');
  const now = new Date();
  const { year: asked } = useFilters(['year']);
  const year = Number(asked ?? now.getFullYear());
  const { data, error, refetch } = useQuery(read('/workdays/{year}', { params: { path: { year: String(year) } } }));
  const choices = yearsAround(now).map((one) => ({ value: String(one), label: String(one) }));
  return (
    <PageFrame title={t('workdays')} lead={t('workdaysLead')}>
      <Filters filters={[{ name: 'year', label: t('year'), choices, otherwise: String(now.getFullYear()) }]} />
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && <OneYear key={data.year} year={data} />}
      <Counted />
    </PageFrame>
  );
}

function OneYear({ year }: { year: Year }) {
  const { t } = useWords('system');
  const said = useSaid();
  const wide = useWide();
  const [setting, setSetting] = useState(false);
  const items = [
    { key: 'source', label: t('notice'), span: 'filled' as const, children: year.source ?? t('noticeNone') },
    {
      key: 'holidays',
      label: t('holidays'),
      span: 'filled' as const,
      children: <Days days={year.holidays.map((holiday) => ({ name: said(holiday), days: holiday.days }))} />,
    },
    ...(year.known
      ? [
          { key: 'off', label: t('off'), span: 'filled' as const, children: <Days days={[{ days: year.off }]} /> },
          { key: 'work', label: t('worked'), span: 'filled' as const, children: <Days days={[{ days: year.work }]} /> },
        ]
      : []),
    ...(year.setBy
      ? [
          {
            key: 'set',
            label: t('enteredBy'),
            children: (
              <>
                <PersonName id={year.setBy} /> · <Moment at={year.setAt} />
              </>
            ),
          },
        ]
      : []),
  ];
  const state = year.known ? (
    <StateTag tone="good" word={t('noticeKnown')} />
  ) : (
    <StateTag tone="waits" word={t('noticeUnknown')} />
  );
  return (
    <Card
      title={
        <h2>
          {year.year} {state}
        </h2>
      }
      extra={<Button onClick={() => setSetting(true)}>{t(year.known ? 'noticeCorrect' : 'noticeEnter')}</Button>}
    >
      <Descriptions column={1} layout={wide ? 'horizontal' : 'vertical'} items={items} />
      {setting && <SetWorkdays year={year} onClose={() => setSetting(false)} />}
    </Card>
  );
}

/** Days as ranges, each with its name where it has one. */
function Days({ days }: { days: readonly { name?: string; days: readonly string[] }[] }) {
  return (
    <span className="day-tags">
      {days.flatMap(({ name, days }) =>
        rangesOf(days).map(({ first, last }) => (
          <Tag key={first}>
            {name && `${name} `}
            {written(first)}
            {last !== first && ` – ${written(last)}`}
          </Tag>
        )),
      )}
    </span>
  );
}

/** What is counted by the calendar, and by which rules. */
function Counted() {
  const { t } = useWords('system');
  const cases = useWords('cases');
  const said = useSaid();
  const { data, error, refetch } = useQuery(read('/policy'));
  const columns: Column<Deadline>[] = [
    {
      key: 'name',
      title: t('name'),
      heading: true,
      render: ({ label, kinds }) => (
        <>
          {said(label)}
          <div>
            <Typography.Text type="secondary">
              {kinds.map((kind) => cases.t(`kind_${kind}`)).join(' · ')}
            </Typography.Text>
          </div>
        </>
      ),
    },
    {
      key: 'from',
      title: t('startsAt'),
      render: ({ starts }) => starts.map((stage) => cases.t(`stage_${stage}`)).join('、'),
    },
    { key: 'length', title: t('value'), render: ({ value, unit }) => cases.t(`length_${unit}`, { count: value }) },
    { key: 'binding', title: t('binding'), render: ({ binding }) => <Tag>{t(`binding_${binding}`)}</Tag> },
    { key: 'citation', title: t('citation'), long: true, render: ({ citation }) => citation },
  ];
  return (
    <Card title={<h2>{t('counted')}</h2>}>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <p>{data.counting.citation}</p>
          <ItemTable label={t('counted')} items={data.deadlines} columns={columns} rowKey={({ name }) => name} />
        </>
      )}
    </Card>
  );
}
