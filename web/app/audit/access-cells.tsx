import { Space } from 'antd';
import { Link } from 'react-router';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { duration } from '../parts/duration.ts';
import { Moment } from '../parts/moment.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { grantTones } from '../retrieval/kinds.ts';
import { shareOf } from '../retrieval/spans.ts';
import { useWords } from '../words/use-words.ts';
import type { Access } from './accesses.tsx';

/** What was asked for, watched, exported or shown. */
export function Things({ row: { records, case: file, subjectId } }: { row: Access }) {
  const { t } = useWords('audit');
  return (
    <span className="access-lines">
      {records.map(({ id, title }) => (
        <Link key={id} to={`/records/${id}`}>
          {title ?? id}
        </Link>
      ))}
      {file && <Link to={`/cases/${file.id}`}>{file.title ?? file.id}</Link>}
      {subjectId && <Link to={`/subjects/${subjectId}`}>{t('common:details')}</Link>}
    </span>
  );
}

/** Why it was asked for, and what the grant is worth now. */
export function Grounds({ grant }: { grant: Access['grant'] }) {
  const { t } = useWords('audit');
  const words = useWords('retrieval');
  if (!grant) return t('common:none');
  const { id, state, reason, text, viewed, viewings } = grant;
  return (
    <span className="access-lines">
      <Space size={6} wrap>
        <StateTag tone={grantTones[state]} word={words.t(`state_${state}`)} />
        {words.t(`reason_${reason}`)}
      </Space>
      <Link to={`/grants/${id}`}>{text}</Link>
      {state !== 'waiting' && state !== 'refused' && <small>{t('viewed', { viewed, viewings })}</small>}
    </span>
  );
}

/** Who answered, and who took it back. */
export function Answer({ grant }: { grant: Access['grant'] }) {
  const { t } = useWords('audit');
  const words = useWords('retrieval');
  if (!grant) return t('common:none');
  const { answered, revoked, rule, state } = grant;
  const name = (by: { id: string; name?: string | undefined }) => by.name ?? by.id;
  return (
    <span className="access-lines">
      {answered && (
        <>
          <span>
            {rule ? words.t(`rule_${rule}`) : t('answeredBy', { name: name(answered.by), reason: answered.reason })}
          </span>
          <small>
            <Moment at={answered.at} />
          </small>
        </>
      )}
      {revoked && (
        <>
          <span>{t('revokedBy', { name: name(revoked.by), reason: revoked.reason })}</span>
          <small>
            <Moment at={revoked.at} />
          </small>
        </>
      )}
      {state === 'waiting' && t('notAnswered')}
    </span>
  );
}

/** How long and how much was watched, what left, which fields were shown. */
export function Outcome({ row, recordId }: { row: Access; recordId: string | undefined }) {
  const { t } = useWords('audit');
  const words = useWords('retrieval');
  const { viewing, export: made, fields, records } = row;
  if (viewing) {
    const { seconds, closedBy, address, ranges } = viewing;
    const shown = records.filter(({ id }) => recordId === undefined || id === recordId);
    const whole = shown.reduce((sum, { size = 0 }) => sum + size, 0);
    const seen = shown.reduce((sum, { id, size = 0 }) => {
      const own = ranges.filter((range) => range.recordId === id);
      return sum + size * shareOf(own, size);
    }, 0);
    return (
      <span className="access-lines">
        <span>{t('watchedFor', { time: duration(seconds * 1000), bytes: bytes(viewing.bytes) })}</span>
        {whole > 0 && <span>{t('watchedShare', { percent: Math.round((100 * seen) / whole) })}</span>}
        <small>{t('watchedFrom', { address })}</small>
        <small>{words.t(closedBy ? `closed_${closedBy}` : 'watching')}</small>
      </span>
    );
  }
  if (fields) {
    const shown = fields.map((field) => t(`field_${field as 'phone'}`, { defaultValue: field }));
    return t('fieldsShown', { fields: shown.join('、') });
  }
  if (made?.sha256) return <Digest value={made.sha256} />;
  return t('common:none');
}
