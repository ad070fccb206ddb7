import { Card, Checkbox, Empty, Table } from 'antd';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useWide } from './use-wide.ts';

export interface Column<T> {
  /** Unique in the table; `actions` is left out on paper. */
  key: string;
  title: string;
  render: (item: T) => ReactNode;
  /** The heading of an item where the table is shown as cards; the first column otherwise. */
  heading?: true;
  /** Long text, which is broken into lines. */
  long?: true;
}

export interface Selection {
  /** Stay chosen also where another page is shown. */
  keys: readonly string[];
  /** What cannot be chosen. */
  barred?: (key: string) => boolean;
  onChange: (keys: string[]) => void;
}

interface Given<T> {
  items: readonly T[];
  columns: readonly Column<T>[];
  /** Names the table to who does not see it. */
  label: string;
  rowKey: (item: T) => string;
  /** What stands there when there is nothing. */
  empty?: ReactNode;
  selection?: Selection | undefined;
  /** Others are on their way. */
  busy?: boolean;
  size?: 'small' | 'medium';
}

/** Things in a table, or as cards on a narrow screen. */
export function ItemTable<T extends object>({ size = 'small', busy = false, ...given }: Given<T>) {
  const { t } = useTranslation();
  const wide = useWide();
  const { items, columns, label, rowKey, empty = t('empty'), selection } = given;
  const section = useReachable(label, items);
  const nothing = <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />;
  return (
    <section ref={section} aria-label={label} aria-busy={busy}>
      {!wide && (items.length === 0 ? nothing : <Cards {...given} />)}
      {wide && (
        <Table<T>
          size={size}
          rowKey={rowKey}
          dataSource={[...items]}
          loading={{ spinning: busy, delay: 300 }}
          pagination={false}
          // As wide as there is room: long texts are broken first, and only then is it scrolled.
          scroll={{ x: true }}
          locale={{ emptyText: nothing }}
          {...(selection && {
            rowSelection: {
              selectedRowKeys: [...selection.keys],
              preserveSelectedRowKeys: true,
              getCheckboxProps: (item) => ({ disabled: selection.barred?.(rowKey(item)) ?? false }),
              onChange: (keys) => selection.onChange(keys.map(String)),
            },
          })}
          columns={columns.map(({ key, title, render, long }) => ({
            key,
            title,
            className: key === 'actions' ? 'actions' : long ? 'long' : '',
            render: (_, item) => render(item),
          }))}
        />
      )}
    </section>
  );
}

/** What scrolls sideways can be scrolled by keyboard too (WCAG 2.1.1): the library's own element is made reachable. */
function useReachable(label: string, items: readonly unknown[]) {
  const section = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const scroller = section.current?.querySelector('.ant-table-content');
    if (!scroller || items.length === 0) return;
    scroller.setAttribute('tabindex', '0');
    scroller.setAttribute('role', 'group');
    scroller.setAttribute('aria-label', label);
    // By it the library measures its columns: a copy of the head, with its checkbox, that nobody should come upon.
    scroller.querySelector('.ant-table-measure-row')?.setAttribute('inert', '');
  });
  return section;
}

function Cards<T>({ items, columns, rowKey, selection }: Pick<Given<T>, 'items' | 'columns' | 'rowKey' | 'selection'>) {
  const heading = columns.find((column) => column.heading) ?? columns[0];
  const rest = columns.filter((column) => column !== heading);
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={rowKey(item)}>
          <Card size="small">
            <div className="card-head">
              <strong>{heading?.render(item)}</strong>
              {selection && <Choice of={rowKey(item)} {...selection} />}
            </div>
            <dl>
              {rest.map((column) => (
                <div key={column.key} className={column.key === 'actions' ? 'actions' : ''}>
                  <dt>{column.title}</dt>
                  <dd>{column.render(item)}</dd>
                </div>
              ))}
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Choice({ of, keys, barred, onChange }: Selection & { of: string }) {
  const { t } = useTranslation();
  const chosen = keys.includes(of);
  const others = keys.filter((key) => key !== of);
  return (
    <Checkbox
      aria-label={t('choose')}
      checked={chosen}
      disabled={barred?.(of) ?? false}
      onChange={() => onChange(chosen ? others : [...others, of])}
    />
  );
}
