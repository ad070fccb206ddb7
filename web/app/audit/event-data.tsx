import { Link } from 'react-router';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { useWords } from '../words/use-words.ts';

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const DIGEST = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an event says, field by field; what is named leads to all that is known of it. */
export function EventData({ data }: { data: unknown }) {
  const { t } = useWords('audit');
  const fields = Object.entries((data ?? {}) as Record<string, Json>);
  if (fields.length === 0) return <p>{t('contentNone')}</p>;
  return (
    <dl className="event-data">
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt title={name}>{t(`field_${name as 'name'}`, { defaultValue: name })}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: Json }) {
  const { t } = useWords('audit');
  if (value === null || value === undefined) return t('common:none');
  if (typeof value === 'string' && UUID.test(value)) return <Link to={`/ledger?of=${value}`}>{value}</Link>;
  if (typeof value === 'string' && INSTANT.test(value)) return <Moment at={value} />;
  if (typeof value === 'string' && DIGEST.test(value)) return <Digest value={value} />;
  if (typeof value === 'boolean') return t(value ? 'common:yes' : 'common:no');
  if (typeof value !== 'object') return String(value);
  if ('withheld' in value) return <em className="withheld">{t('withheld')}</em>;
  if (!Array.isArray(value)) return <EventData data={value} />;
  return (
    <ol>
      {value.map((item, at) => (
        <li key={at}>
          <Value value={item} />
        </li>
      ))}
    </ol>
  );
}
