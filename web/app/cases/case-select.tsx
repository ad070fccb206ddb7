import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useState } from 'react';
import { type Item, read } from '../api/query.ts';

type Given = Omit<SelectProps<string>, 'options' | 'showSearch'>;
type CaseItem = Item<'/cases'>;

/** A case as it is called: its number and its cause. */
export const caseName = ({ caseNo, cause }: Pick<CaseItem, 'caseNo' | 'cause'>) =>
  [caseNo, cause].filter(Boolean).join(' ');

/** Chooses an open case, found by number or cause as it is typed. For a Form.Item: its value is the id. */
export function CaseSelect({ value, ...given }: Given) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const query = { limit: 20, state: 'open' as const, ...(q && { q }) };
  const { data } = useQuery({ ...read('/cases', { params: { query } }), placeholderData: keepPreviousData });
  const found = data?.items ?? [];
  const missing = value && !found.some(({ id }) => id === value) ? value : undefined;
  // The chosen one is named also when the list does not hold it.
  const chosen = useQuery({
    ...read('/cases/{id}', { params: { path: { id: missing ?? '' } } }),
    enabled: Boolean(missing),
  });
  const all = missing && chosen.data ? [chosen.data, ...found] : found;
  const options = all.map((file) => ({ value: file.id, label: caseName(file) }));
  return (
    <Select
      {...given}
      {...(value && { value })}
      allowClear
      showSearch={{ optionFilterProp: 'label', onSearch: setTyped }}
      options={options}
    />
  );
}
