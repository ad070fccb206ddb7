import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Typography } from 'antd';
import { useState } from 'react';
import { type Item, readPages } from '../api/query.ts';
import { dayEnd, dayStart } from '../parts/days.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { TimelineEntry } from './timeline-entry.tsx';
import { type Narrowing, TimelineFilters } from './timeline-filters.tsx';

export type SubjectRecord = Item<'/subjects/{id}/records'>;

/** Text and audio-video of a subject on one time line, across its cases, by the day. */
export function SubjectTimeline({ id }: { id: string }) {
  const { t, i18n } = useWords('subjects');
  const [narrowing, setNarrowing] = useState<Narrowing>({});
  const { from, to, ...said } = narrowing;
  const query = { ...said, ...(from && { from: dayStart(from) }), ...(to && { to: dayEnd(to) }), limit: 30 };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    readPages('/subjects/{id}/records', { params: { path: { id }, query } }),
  );
  const records = data?.pages.flatMap(({ items }) => items) ?? [];
  const dayOf = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full' });
  const days = Map.groupBy(records, ({ sortTime }) => dayOf.format(new Date(sortTime)));
  return (
    <Card title={<h2>{t('timeline')}</h2>}>
      <Typography.Paragraph type="secondary">{t('timelineLead')}</Typography.Paragraph>
      <TimelineFilters subjectId={id} value={narrowing} onChange={setNarrowing} />
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data && records.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('timelineNone')} />}
      {[...days].map(([day, ofDay]) => (
        <section key={day} className="day">
          <h3>{day}</h3>
          <ol className="time-line">
            {ofDay.map((record) => (
              <TimelineEntry key={record.id} record={record} />
            ))}
          </ol>
        </section>
      ))}
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Card>
  );
}
