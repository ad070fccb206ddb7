import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { useSession } from '../session/session.ts';

/** What is known of a record; nothing where the reader may watch it under a grant and not see its entry. */
export function useRecord(id: string, wanted = true) {
  const may = useSession().permissions['record.read'] !== undefined;
  return useQuery({
    ...read('/records/{id}', { params: { path: { id } } }),
    staleTime: 60_000,
    enabled: may && wanted,
  });
}

/** A record by its id; one whose entry the reader may not see by its id alone. */
export function RecordName({ id }: { id: string }) {
  const { data, isLoading } = useRecord(id);
  if (!data && !isLoading) return <code>{id.slice(0, 8)}</code>;
  return <Link to={`/records/${id}`}>{data ? data.title || data.name : '…'}</Link>;
}
