import { CheckCircleFilled, ExclamationCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Card, Space, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { recordKinds } from '../records/kinds.ts';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import type { OneCase, Stages } from './kinds.ts';

type One = Stages['stages'][number];
type Counts = One['records'];

/** The stages that a case entered: what is there of each, and what must be. */
export function StageList({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const { data, error, refetch } = useQuery(read('/cases/{id}/stages', { params: { path: { id: file.id } } }));
  const entered = data?.stages.filter((one) => one.entered.length > 0) ?? [];
  const elsewhere = data && recordKinds.some((kind) => data.elsewhere[kind]) ? data.elsewhere : undefined;
  return (
    <Card title={<h2>{t('stages')}</h2>}>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      <ol className="stages">
        {entered.map((one) => (
          <OneStage key={one.stage} one={one} file={file} />
        ))}
        {elsewhere && (
          <li className="stage">
            <MinusCircleOutlined className="stage-other" aria-hidden />
            <div className="stage-body">
              <div className="stage-head">
                <strong>{t('elsewhere')}</strong>
              </div>
              <There counts={elsewhere} />
            </div>
          </li>
        )}
      </ol>
      {data && (
        <Typography.Text type="secondary">
          <small>{t('source', { citation: `${data.policy.citation}；${data.evidence.citation}` })}</small>
        </Typography.Text>
      )}
    </Card>
  );
}

function OneStage({ one, file }: { one: One; file: OneCase }) {
  const { t } = useWords('cases');
  const said = useSaid();
  const uploads = useSession().permissions['record.upload'] && file.state === 'open';
  const complete = one.lacks.length === 0;
  const documents = one.documents.map(said).join('、') || t('noDocuments');
  const footage = t(`footage_${one.footage}`) + (one.when ? `（${said(one.when)}）` : '');
  return (
    <li className="stage">
      {complete ? (
        <CheckCircleFilled className="stage-good" aria-hidden />
      ) : (
        <ExclamationCircleFilled className="stage-lacks" aria-hidden />
      )}
      <div className="stage-body">
        <div className="stage-head">
          <Space size={8} wrap>
            <strong>{t(`stage_${one.stage}`)}</strong>
            {one.stage === file.stage && <StateTag tone="busy" word={t('current')} />}
            {one.lacks.includes('documents') && <StateTag tone="waits" word={t('lacksDocuments')} />}
            {one.lacks.includes('footage') && <StateTag tone="bad" word={t('lacksFootage')} />}
            {complete && <StateTag tone="good" word={t('complete')} />}
            <Typography.Text type="secondary">
              <Moment at={one.entered.at(-1)} day />
            </Typography.Text>
          </Space>
          {uploads && (
            <Link
              className="stage-way actions"
              to={`/upload?case=${file.id}&stage=${one.stage}`}
              aria-label={`${t('upload')} ${t(`stage_${one.stage}`)}`}
            >
              {t('upload')}
            </Link>
          )}
        </div>
        <There counts={one.records} />
        <Typography.Text type="secondary">
          {t('expects', { documents })} · {footage}
        </Typography.Text>
      </div>
    </li>
  );
}

/** How many records there are, by kind. */
function There({ counts }: { counts: Counts }) {
  const { t } = useWords('cases');
  const there = recordKinds.filter((kind) => counts[kind]);
  if (there.length === 0) return <div>{t('countNone')}</div>;
  return (
    <Space size={4} wrap>
      {there.map((kind) => (
        <Tag key={kind}>{t(`count_${kind}`, { count: counts[kind] ?? 0 })}</Tag>
      ))}
    </Space>
  );
}
