import { keepPreviousData, type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, ItemTable, type Selection } from './item-table.tsx';
import { Loading } from './loading.tsx';
import { ProblemAlert } from './problem-alert.tsx';

export type { Column } from './item-table.tsx';

interface ListPage<T> {
  items: T[];
  next?: string | undefined;
}

interface Given<T> {
  /** The list as it is read; give it the page: `(page) => read('/people', { params: { query: { ...filters, ...page } } })`. */
  // biome-ignore lint/suspicious/noExplicitAny: options of a query are invariant in what they read
  list: (page: { limit: number; after?: string }) => any;
  columns: readonly Column<T>[];
  /** Names the table to who does not see it. */
  label: string;
  rowKey: (item: T) => string;
  /** What stands there when there is nothing; with a way on where there is one. */
  empty?: ReactNode;
  limit?: number;
  /** Where rows can be chosen: the keys that are, and what is told of them. */
  selection?: Selection;
  /** Is told the things of each page that is shown. */
  onPage?: (items: readonly T[]) => void;
}

/** A list that the service pages, as a table, or as cards on a narrow screen. */
export function ServerTable<T extends object>({ list, limit = 20, onPage, ...given }: Given<T>) {
  const { t } = useTranslation();
  const first = JSON.stringify(list({ limit }).queryKey);
  const [cursors, setCursors] = useState<{ of: string; after: string[] }>({ of: first, after: [] });
  // Other filters begin at the first page.
  const after = cursors.of === first ? cursors.after : [];
  const last = after.at(-1);
  const options: UseQueryOptions<ListPage<T>, Error, ListPage<T>, QueryKey> = list({
    limit,
    ...(last && { after: last }),
  });
  const { data, error, isPlaceholderData, refetch } = useQuery({ ...options, placeholderData: keepPreviousData });
  useEffect(() => {
    if (data) onPage?.(data.items);
  }, [data, onPage]);
  const go = (cursors: string[]) => setCursors({ of: first, after: cursors });
  if (error) return <ProblemAlert problem={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  const { next } = data;
  return (
    <div>
      <ItemTable<T> {...given} items={data.items} busy={isPlaceholderData} size="medium" />
      {(after.length > 0 || next) && (
        <nav className="paging" aria-label={t('paging')}>
          <Button disabled={after.length === 0} onClick={() => go(after.slice(0, -1))}>
            {t('previous')}
          </Button>
          <span>{t('page', { number: after.length + 1 })}</span>
          <Button disabled={!next} onClick={() => next && go([...after, next])}>
            {t('next')}
          </Button>
        </nav>
      )}
    </div>
  );
}
