import { Button } from 'antd';
import { Link } from 'react-router';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';

interface Given {
  /** The thing whose entries are looked for; a person's are those that they made. */
  of: { recordId: string } | { personId: string } | { id: string };
}

/** For who audits: the entries of a thing, and who had access to a record or what a person had access to. */
export function AuditLinks({ of }: Given) {
  const { t } = useWords('audit');
  const { permissions } = useSession();
  if (!permissions['audit.read']) return null;
  const [name, id] = 'personId' in of ? ['actorId', of.personId] : ['of', 'recordId' in of ? of.recordId : of.id];
  return (
    <>
      <Link to={`/ledger?${name}=${id}`}>
        <Button tabIndex={-1}>{t('toEntries')}</Button>
      </Link>
      {!('id' in of) && (
        <Link to={`/accesses?${new URLSearchParams(of)}`}>
          <Button tabIndex={-1}>{t('toAccesses')}</Button>
        </Link>
      )}
    </>
  );
}
