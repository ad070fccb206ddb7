import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useState } from 'react';
import { read } from '../api/query.ts';
import { useDepartments } from './names.tsx';

type Given = Omit<SelectProps<string>, 'options' | 'showSearch'>;

/** Chooses a department; `among` those with these ids only. For a Form.Item: its value is the id. */
export function DepartmentSelect({ among, ...given }: Given & { among?: readonly string[] }) {
  const departments = useDepartments().filter(({ id }) => !among || among.includes(id));
  const options = departments.map(({ id, name }) => ({ value: id, label: name }));
  return <Select {...given} showSearch={{ optionFilterProp: 'label' }} options={options} />;
}

/**
 * Chooses a person, found by name as it is typed; `former`: also one who is suspended. What does not hold what was typed is never offered, also while the list is on its way.
 * For a Form.Item: its value is the id.
 */
export function PersonSelect({
  departmentId,
  former = false,
  value,
  ...given
}: Given & { departmentId?: string; former?: boolean }) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const state = former ? {} : { state: 'active' as const };
  const query = { limit: 20, ...state, ...(q && { q }), ...(departmentId && { departmentId }) };
  const { data } = useQuery({ ...read('/people', { params: { query } }), placeholderData: keepPreviousData });
  const found = data?.items ?? [];
  const missing = data && value && !found.some(({ id }) => id === value) ? value : undefined;
  // The chosen one is named also when the list does not hold them.
  const chosen = useQuery({
    ...read('/people/{id}', { params: { path: { id: missing ?? '' } } }),
    enabled: Boolean(missing),
  });
  const all = missing && chosen.data ? [chosen.data, ...found] : found;
  const options = all.map(({ id, name, username }) => ({ value: id, label: `${name}（${username}）` }));
  return (
    <Select
      {...given}
      {...(value && { value })}
      showSearch={{ optionFilterProp: 'label', onSearch: setTyped }}
      options={options}
    />
  );
}
