import { Button, Card, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

/** What filters a list: free text, one of some choices, or a day (`2026-05-01`). */
export type Filter = {
  name: string;
  label: string;
  hint?: string;
  choices?: readonly { value: string; label: string }[];
  /** The choice that holds where none is made; absent: all. */
  otherwise?: string;
  day?: true;
};

/** The filters of a list as they stand in the address, so that a link shows the same. */
export function useFilters<N extends string>(names: readonly N[]): Partial<Record<N, string>> {
  const [params] = useSearchParams();
  return Object.fromEntries(names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []))) as never;
}

export function Filters({ filters }: { filters: readonly Filter[] }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | undefined) =>
    setParams(
      (now) => {
        if (value) now.set(name, value);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  return (
    <Card size="small">
      <search className="filters">
        {filters.map(({ name, label, hint, choices, otherwise, day }) => (
          <label key={name} htmlFor={`filter-${name}`}>
            {label}
            {choices ? (
              <Select
                id={`filter-${name}`}
                allowClear={otherwise === undefined}
                placeholder={t('all')}
                options={[...choices]}
                value={params.get(name) ?? otherwise}
                onChange={(value) => set(name, value)}
              />
            ) : day ? (
              <Input
                id={`filter-${name}`}
                type="date"
                value={params.get(name) ?? ''}
                onChange={({ target }) => set(name, target.value)}
              />
            ) : (
              <Input.Search
                key={params.get(name)}
                id={`filter-${name}`}
                placeholder={hint}
                defaultValue={params.get(name) ?? ''}
                maxLength={200}
                allowClear
                enterButton={t('search')}
                onSearch={(value) => set(name, value.trim())}
              />
            )}
          </label>
        ))}
        {filters.some(({ name }) => params.has(name)) && (
          <Button type="link" onClick={() => setParams({}, { replace: true })}>
            {t('reset')}
          </Button>
        )}
      </search>
    </Card>
  );
}
