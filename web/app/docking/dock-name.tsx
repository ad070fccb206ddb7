import { useQuery } from '@tanstack/react-query';
import { read } from '../api/query.ts';

/** A dock by its id. */
export function DockName({ id }: { id: string }) {
  const { data, isError } = useQuery({ ...read('/docks/{id}', { params: { path: { id } } }), staleTime: 300_000 });
  return data?.name ?? (isError ? id : '…');
}
