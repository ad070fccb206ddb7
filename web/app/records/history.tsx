import { useQuery } from '@tanstack/react-query';
import { Card, Timeline, Typography } from 'antd';
import { type Item, read } from '../api/query.ts';
import { EntryLink } from '../audit/entry-link.tsx';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useSaid, useWords } from '../words/use-words.ts';
import { CaseLink, rangeText, SubjectLink } from './links.tsx';

type Told = Item<'/records/{id}/history'>;

/** What happened to a record, as its ledger entries tell it. */
export function History({ id }: { id: string }) {
  const { t } = useWords('records');
  const said = useSaid();
  const { data, error, refetch } = useQuery(read('/records/{id}/history', { params: { path: { id } } }));
  const colour = (type: string) =>
    type === 'record.sealed' ? 'green' : /quarantined|disposed/.test(type) ? 'red' : 'blue';
  return (
    <Card title={<h2>{t('history')}</h2>}>
      <Typography.Paragraph type="secondary">{t('historyLead')}</Typography.Paragraph>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data && (
        <Timeline
          items={data.items.map((event) => ({
            key: `${event.seq} ${event.type}`,
            color: colour(event.type),
            content: (
              <div className="told">
                <strong>{said(event.words)}</strong>
                <Actor actor={event.actor} />
                <Typography.Text type="secondary">
                  <Moment at={event.time} /> · <EntryLink seq={event.seq} />
                </Typography.Text>
                <Details event={event} />
              </div>
            ),
          }))}
        />
      )}
    </Card>
  );
}

function Actor({ actor }: { actor: Told['actor'] }) {
  if (actor.name) return <span>{actor.name}</span>;
  return actor.via === 'system' ? null : <PersonName id={actor.id} />;
}

/** What an entry says beside what it is: why, what was changed, what was linked, what was found. */
function Details({ event }: { event: Told }) {
  const { t } = useWords('records');
  const data = (event.data ?? {}) as {
    reason?: string;
    fields?: object;
    caseId?: string;
    subjectId?: string;
    stage?: string;
    range?: { fromMs: number; toMs: number };
    findings?: { code: string }[];
  };
  const words = useWords('cases');
  const reason =
    event.type === 'record.quarantined' ? t(`quarantine_${data.reason}` as 'quarantine_empty') : data.reason;
  const lines = [
    data.fields &&
      t('fieldsChanged', {
        fields: Object.keys(data.fields)
          .map((field) => wordOf(field, t))
          .join('、'),
      }),
    data.caseId && <CaseLink key="case" id={data.caseId} />,
    data.subjectId && <SubjectLink key="subject" id={data.subjectId} />,
    data.stage && words.t(`stage_${data.stage}` as 'stage_FILE'),
    data.range && rangeText(data.range),
    ...(data.findings ?? []).map(({ code }) => t(`finding_${code}` as 'finding_unknown-case')),
    reason && event.type !== 'record.quarantined' ? t('reasonGiven', { reason }) : reason,
  ].filter(Boolean);
  return lines.map((line, i) => <div key={i}>{line}</div>);
}

type Translate = ReturnType<typeof useWords<'records'>>['t'];

const names = {
  title: 'name',
  deviceId: 'device',
} as const;

const wordOf = (field: string, t: Translate): string => t((names[field as keyof typeof names] ?? field) as 'place');
