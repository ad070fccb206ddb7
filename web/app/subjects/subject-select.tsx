import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, type SelectProps } from 'antd';
import { useDeferredValue, useState } from 'react';
import { type Item, read } from '../api/query.ts';
import { useWords } from '../words/use-words.ts';

type Given = Omit<SelectProps<string>, 'options' | 'showSearch'>;
type Subject = Item<'/subjects'>;

/** Chooses a subject, found by name as it is typed, or by its whole number. For a Form.Item: its value is the id. */
export function SubjectSelect({ value, ...given }: Given) {
  const { t } = useWords('cases');
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const list = useQuery({
    ...read('/subjects', { params: { query: { limit: 20, ...(q && { q }) } } }),
    placeholderData: keepPreviousData,
  });
  const byNumber = useQuery({
    ...read('/search', { params: { query: { q, limit: 5 } } }),
    enabled: /^[0-9A-Za-z]{6,}$/.test(q),
  });
  const found = distinct([...(byNumber.data?.subjects ?? []), ...(list.data?.items ?? [])]);
  const missing = value && !found.some(({ id }) => id === value) ? value : undefined;
  // The chosen one is named also when the list does not hold it.
  const chosen = useQuery({
    ...read('/subjects/{id}', { params: { path: { id: missing ?? '' } } }),
    enabled: Boolean(missing),
  });
  const all = missing && chosen.data ? [chosen.data, ...found] : found;
  const options = all.map(({ id, name, idNumber }) => ({
    value: id,
    label: [name || t('unnamed'), idNumber].filter(Boolean).join(' '),
  }));
  return (
    <Select
      {...given}
      {...(value && { value })}
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      options={options}
    />
  );
}

const distinct = (subjects: readonly Subject[]) => [...new Map(subjects.map((one) => [one.id, one])).values()];
