import { useQueries } from '@tanstack/react-query';
import { Badge, Button, Card, Empty } from 'antd';
import { Link } from 'react-router';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useSession } from '../session/session.ts';
import { useTitles, useWords } from '../words/use-words.ts';
import { type Line, type Wait, waits } from './waits.tsx';

/** Lines of one kind that are shown here; the rest is on its own page. */
const SHOWN = 5;

/** What waits for the person who is signed in, by what their roles let them do about it. */
export default function Home() {
  const { t } = useWords('home');
  const titled = useTitles();
  const { name, permissions, roles, departments } = useSession();
  const mine = waits.filter(
    ({ needs, only }) =>
      needs.some((needed) => permissions[needed]) && (!only || only.some((role) => roles.includes(role))),
  );
  const read = useQueries({ queries: mine.map(({ list }) => list) });
  const now = new Date();
  const fault = read.find(({ error }) => error);
  const kinds = mine.flatMap((wait, i) => {
    const data = read[i]?.data;
    const lines = data ? wait.lines(data, now) : [];
    return lines.length > 0 ? [{ wait, lines }] : [];
  });
  const lead = [...roles.map((role) => t(`common:role_${role}`)), ...departments.map((joined) => joined.name)];
  return (
    <PageFrame
      title={t('greeting', { name })}
      lead={lead.join(' · ')}
      actions={
        permissions['record.upload'] && (
          <Link to="/upload">
            <Button type="primary" tabIndex={-1}>
              {titled('uploads:title')}
            </Button>
          </Link>
        )
      }
    >
      {fault && <ProblemAlert problem={fault.error} onRetry={() => read.forEach(({ refetch }) => void refetch())} />}
      {read.some(({ isPending }) => isPending) && <Loading />}
      {kinds.length > 0 && (
        <div className="waits">
          {kinds.map(({ wait, lines }) => (
            <Waiting key={wait.title} wait={wait} lines={lines} />
          ))}
        </div>
      )}
      {kinds.length === 0 && !fault && read.every(({ isPending }) => !isPending) && (
        <Card>
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(mine.length > 0 ? 'nothing' : 'noRole')} />
        </Card>
      )}
    </PageFrame>
  );
}

function Waiting({ wait, lines }: { wait: Wait; lines: readonly Line[] }) {
  const { t } = useWords('home');
  return (
    <Card
      size="small"
      title={
        <h2>
          {t(wait.title)} <Badge count={lines.length} overflowCount={19} color="var(--primary)" />
        </h2>
      }
      extra={<Link to={wait.to}>{t('common:all')}</Link>}
    >
      <ul>
        {lines.slice(0, SHOWN).map((line) => (
          <li key={line.id}>
            <Link to={line.to}>{line.title}</Link>
            <span className="waits-note">
              {line.note && <span className="waits-said">{line.note}</span>}
              {line.until && (
                <>
                  {t('until')} <Moment at={line.until} />
                </>
              )}
              {line.since && <Moment at={line.since} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
