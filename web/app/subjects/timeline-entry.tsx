import { Space, Tag, Tooltip, Typography } from 'antd';
import { Link } from 'react-router';
import { duration } from '../parts/duration.ts';
import { momentWords } from '../parts/moment.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { KindMark } from '../records/kind-mark.tsx';
import { stateTones } from '../records/kinds.ts';
import { CaseLink } from '../records/links.tsx';
import { probeOf } from '../records/probe.ts';
import { useWords } from '../words/use-words.ts';
import type { SubjectRecord } from './subject-timeline.tsx';

/** One record on a time line: when, what, how long, and of which case and stage. */
export function TimelineEntry({ record }: { record: SubjectRecord }) {
  const { t, i18n } = useWords('records');
  const cases = useWords('cases');
  const subjects = useWords('subjects');
  const at = new Date(record.sortTime);
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short', hour12: false }).format(at);
  const { durationMs } = probeOf(record) ?? {};
  const links = record.links.filter(({ ended, caseId }) => !ended && caseId);
  return (
    <li className={`entry entry-${record.kind}`}>
      <Tooltip title={momentWords(record.sortTime, i18n.language)}>
        <time dateTime={record.sortTime} className="entry-time">
          {time}
        </time>
      </Tooltip>
      <div className="entry-body">
        <Space size={8} wrap>
          <Link to={`/records/${record.id}`}>{record.title}</Link>
          <KindMark kind={record.kind} />
          {durationMs !== undefined && <span>{duration(durationMs)}</span>}
          {record.state !== 'sealed' && <StateTag tone={stateTones[record.state]} word={t(`state_${record.state}`)} />}
          {record.via === 'case' && <Tag>{subjects.t('viaCase')}</Tag>}
        </Space>
        {links.map(({ linkId, caseId = '', stage }) => (
          <Space key={linkId} size={8} wrap>
            <CaseLink id={caseId} />
            {stage && <Typography.Text type="secondary">{cases.t(`stage_${stage}` as 'stage_FILE')}</Typography.Text>}
          </Space>
        ))}
      </div>
    </li>
  );
}
