import { useQuery } from '@tanstack/react-query';
import { read } from '../api/query.ts';

/** Names change seldom. */
const KEPT = { staleTime: 300_000 };

/** The departments of the agency, by name. */
export function useDepartments() {
  const { data } = useQuery({ ...read('/departments', { params: { query: { limit: 200 } } }), ...KEPT });
  return data?.items ?? [];
}

/** A department by its id. */
export function DepartmentName({ id }: { id: string }) {
  const departments = useDepartments();
  return departments.find((department) => department.id === id)?.name ?? '…';
}

/** A person by their id; what acts for the system itself (an id that is no UUID) as it is. */
export function PersonName({ id }: { id: string }) {
  const known = /^[0-9a-f-]{36}$/.test(id);
  const { data, isError } = useQuery({
    ...read('/people/{id}', { params: { path: { id } } }),
    ...KEPT,
    enabled: known,
  });
  return data?.name ?? (known && !isError ? '…' : id);
}
