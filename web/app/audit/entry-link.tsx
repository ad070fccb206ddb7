import { Link } from 'react-router';
import { useSession } from '../session/session.ts';

/** The number of an entry of the ledger; for who audits, the way to it. */
export function EntryLink({ seq }: { seq: number }) {
  const { permissions } = useSession();
  return permissions['audit.read'] ? <Link to={`/ledger/${seq}`}>#{seq}</Link> : `#${seq}`;
}
