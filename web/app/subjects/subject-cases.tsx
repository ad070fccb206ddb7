import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Card, Typography } from 'antd';
import { Link } from 'react-router';
import { readPages } from '../api/query.ts';
import { caseName } from '../cases/case-select.tsx';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

/** All cases of a subject that the reader may see. */
export function SubjectCases({ id }: { id: string }) {
  const { t } = useWords('subjects');
  const words = useWords('cases');
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    readPages('/cases', { params: { query: { subjectId: id, limit: 20 } } }),
  );
  const cases = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title={<h2>{t('cases')}</h2>}>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={3} />}
      {data && cases.length === 0 && <Typography.Text type="secondary">{t('casesNone')}</Typography.Text>}
      <ul className="lines">
        {cases.map((file) => (
          <li key={file.id} className="line">
            <div>
              <Link to={`/cases/${file.id}`}>{caseName(file)}</Link>
              <div>
                <Typography.Text type="secondary">
                  {words.t(`kind_${file.kind}`)} · {words.t(`stage_${file.stage}`)} · <Moment at={file.openedAt} day />
                </Typography.Text>
              </div>
            </div>
            <StateTag tone={file.state === 'open' ? 'busy' : 'over'} word={words.t(`state_${file.state}`)} />
          </li>
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => fetchNextPage()}>{t('more')}</Button>}
    </Card>
  );
}
