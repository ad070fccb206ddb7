import { Alert } from 'antd';
import { Link } from 'react-router';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { OneRecord } from './links.tsx';

/** That a record was lawfully disposed of, when and by which list, and the digest that is left of its original. */
export function Disposed({ record: { disposed } }: { record: OneRecord }) {
  const { t } = useWords('records');
  const { permissions } = useSession();
  if (!disposed) return null;
  const { at, basis, object } = disposed;
  const [, listId] = /^disposal\/([0-9a-f-]{36})$/.exec(basis) ?? [];
  return (
    <Alert
      type="info"
      showIcon
      title={
        <>
          {t('disposedAt')} <Moment at={at} />
        </>
      }
      description={
        <>
          <div>{t('disposedHint')}</div>
          {object && (
            <div>
              SHA-256 <Digest value={object.sha256} />
            </div>
          )}
          {listId && permissions['disposal.read'] && <Link to={`/disposals/${listId}`}>{t('disposalList')}</Link>}
        </>
      }
    />
  );
}
