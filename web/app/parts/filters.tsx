import { Button, Card, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { DayField } from './day-field.tsx';
import { PersonSelect } from './selects.tsx';
import { useWide } from './use-wide.ts';

/** What filters a list: free text, one of some choices, a day (`2026-05-01`), or a person. */
export type Filter = {
  name: string;
  label: string;
  hint?: string;
  choices?: readonly { value: string; label: string }[];
  /** The choice that holds where none is made; absent: all. */
  otherwise?: string;
  day?: true;
  /** A person, former ones too. */
  person?: true;
};

type SetFilter = (name: string, value: string | undefined) => void;

/** Choices that nobody looks through by eye. */
const MANY = 12;

/** So many fit on a narrow screen. */
const FEW = 2;

/** The filters of a list as they stand in the address, so that a link shows the same. */
export function useFilters<N extends string>(names: readonly N[]): Partial<Record<N, string>> {
  const [params] = useSearchParams();
  return Object.fromEntries(names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []))) as never;
}

/** On a narrow screen the first stands there, the others unfold. */
export function Filters({ filters }: { filters: readonly Filter[] }) {
  const { t } = useTranslation();
  const wide = useWide();
  const [params, setParams] = useSearchParams();
  const set: SetFilter = (name, value) =>
    setParams(
      (now) => {
        if (value) now.set(name, value);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  const folds = !wide && filters.length > FEW;
  const [first, rest] = folds ? [filters.slice(0, 1), filters.slice(1)] : [filters, []];
  const used = rest.filter(({ name }) => params.has(name)).length;
  const [unfolded, setUnfolded] = useState(false);
  const shown = unfolded ? [...first, ...rest] : first;
  return (
    <Card size="small">
      <search className="filters">
        {shown.map((filter) => (
          <Field key={filter.name} filter={filter} value={params.get(filter.name) ?? undefined} set={set} />
        ))}
        {folds && (
          <Button aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            {t('filters')}
            {used > 0 && `（${used}）`}
          </Button>
        )}
        {filters.some(({ name }) => params.has(name)) && (
          <Button type="link" onClick={() => setParams({}, { replace: true })}>
            {t('reset')}
          </Button>
        )}
      </search>
    </Card>
  );
}

interface OneFilter {
  filter: Filter;
  value: string | undefined;
  set: SetFilter;
}

function Field({ filter: { name, label, hint, choices, otherwise, day, person }, value, set }: OneFilter) {
  const { t } = useTranslation();
  const id = `filter-${name}`;
  return (
    <label htmlFor={id} className={choices || day ? '' : 'filter-text'}>
      {label}
      {choices ? (
        <Select
          id={id}
          allowClear={otherwise === undefined}
          placeholder={t('all')}
          options={[...choices]}
          showSearch={choices.length > MANY && { optionFilterProp: 'label' }}
          value={value ?? otherwise}
          onChange={(chosen) => set(name, chosen)}
        />
      ) : person ? (
        <PersonSelect
          id={id}
          former
          allowClear
          placeholder={t('all')}
          {...(value && { value })}
          onChange={(chosen) => set(name, chosen)}
        />
      ) : day ? (
        <DayField id={id} value={value} onChange={(chosen) => set(name, chosen)} />
      ) : (
        <Input.Search
          key={value}
          id={id}
          placeholder={hint}
          defaultValue={value ?? ''}
          maxLength={200}
          allowClear
          enterButton={t('search')}
          onSearch={(typed) => set(name, typed.trim())}
        />
      )}
    </label>
  );
}
