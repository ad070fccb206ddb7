import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { useWords } from '../words/use-words.ts';
import type { Export } from './kinds.ts';

/** Records that are named one by one. */
const NAMED = 20;

/** Why a package could not be made, which records it is about, and what to do. */
export function Failure({ failure: { code, recordIds } }: { failure: NonNullable<Export['failure']> }) {
  const { t } = useWords('archive');
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('failed')}
      description={
        <>
          {t(`failed_${code}`)}
          {recordIds.length > 0 && (
            <ul>
              {recordIds.slice(0, NAMED).map((id) => (
                <li key={id}>
                  <RecordName id={id} />
                </li>
              ))}
              {recordIds.length > NAMED && <li>{t('more', { count: recordIds.length })}</li>}
            </ul>
          )}
        </>
      }
    />
  );
}

function RecordName({ id }: { id: string }) {
  const { data } = useQuery(read('/records/{id}', { params: { path: { id } } }));
  return <Link to={`/records/${id}`}>{data?.title || id}</Link>;
}
