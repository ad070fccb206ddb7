import { keepPreviousData, type QueryKey, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { Button, Card, Checkbox, Empty, Grid, Table } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from './loading.tsx';
import { ProblemAlert } from './problem-alert.tsx';

export interface Column<T> {
  /** Unique in the table. */
  key: string;
  title: string;
  render: (item: T) => ReactNode;
  /** The heading of an item where the table is shown as cards; the first column otherwise. */
  heading?: true;
  width?: number | string;
}

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
  selection?: { keys: readonly string[]; onChange: (keys: string[]) => void };
}

/** A list that the service pages, as a table, or as cards on a narrow screen. */
export function ServerTable<T extends object>({
  list,
  columns,
  label,
  rowKey,
  empty,
  limit = 20,
  selection,
}: Given<T>) {
  const { t } = useTranslation();
  const { md } = Grid.useBreakpoint();
  const first = JSON.stringify(list({ limit }).queryKey);
  const [cursors, setCursors] = useState<{ of: string; after: string[] }>({ of: first, after: [] });
  // Other filters begin at the first page.
  const after = cursors.of === first ? cursors.after : [];
  const last = after.at(-1);
  const options = list({ limit, ...(last && { after: last }) }) as UseQueryOptions<
    ListPage<T>,
    Error,
    ListPage<T>,
    QueryKey
  >;
  const { data, error, isFetching, refetch } = useQuery({ ...options, placeholderData: keepPreviousData });
  const go = (cursors: string[]) => setCursors({ of: first, after: cursors });
  if (error) return <ProblemAlert problem={error} onRetry={refetch} />;
  if (!data) return <Loading />;
  const nothing = <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty ?? t('empty')} />;
  return (
    <section aria-label={label} aria-busy={isFetching}>
      {md ? (
        <Table<T>
          rowKey={rowKey}
          dataSource={data.items}
          loading={{ spinning: isFetching, delay: 300 }}
          pagination={false}
          {...(selection && {
            rowSelection: {
              selectedRowKeys: [...selection.keys],
              onChange: (keys) => selection.onChange(keys.map(String)),
            },
          })}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: nothing }}
          columns={columns.map(({ key, title, render, width }) => ({
            key,
            title,
            ...(width !== undefined && { width }),
            render: (_, item) => render(item),
          }))}
        />
      ) : (
        <Cards items={data.items} columns={columns} rowKey={rowKey} selection={selection} nothing={nothing} />
      )}
      {(after.length > 0 || data.next) && (
        <nav className="paging" aria-label={t('paging')}>
          <Button disabled={after.length === 0} onClick={() => go(after.slice(0, -1))}>
            {t('previous')}
          </Button>
          <span>{t('page', { number: after.length + 1 })}</span>
          <Button disabled={!data.next} onClick={() => data.next && go([...after, data.next])}>
            {t('next')}
          </Button>
        </nav>
      )}
    </section>
  );
}

function Choice({
  of,
  selection: { keys, onChange },
}: {
  of: string;
  selection: NonNullable<Given<object>['selection']>;
}) {
  const { t } = useTranslation();
  const chosen = keys.includes(of);
  const others = keys.filter((key) => key !== of);
  return (
    <Checkbox aria-label={t('choose')} checked={chosen} onChange={() => onChange(chosen ? others : [...others, of])} />
  );
}

interface CardsGiven<T> extends Pick<Given<T>, 'columns' | 'rowKey'> {
  selection: Given<T>['selection'];
  items: readonly T[];
  nothing: ReactNode;
}

function Cards<T>({ items, columns, rowKey, selection, nothing }: CardsGiven<T>) {
  const heading = columns.find((column) => column.heading) ?? columns[0];
  if (items.length === 0) return nothing;
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={rowKey(item)}>
          <Card size="small">
            <div className="card-head">
              <h2>{heading?.render(item)}</h2>
              {selection && <Choice of={rowKey(item)} selection={selection} />}
            </div>
            <dl>
              {columns.flatMap((column) =>
                column === heading
                  ? []
                  : [
                      <dt key={`${column.key}-title`}>{column.title}</dt>,
                      <dd key={column.key}>{column.render(item)}</dd>,
                    ],
              )}
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  );
}
