import '../records/records.css';

import { Button, Space, Typography } from 'antd';
import { type KeyboardEvent, useCallback, useRef, useState } from 'react';
import { read } from '../api/query.ts';
import { dayEnd, dayStart } from '../parts/days.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ServerTable } from '../parts/server-table.tsx';
import { type RecordItem, recordKinds } from '../records/kinds.ts';
import { useRecordColumns } from '../records/record-columns.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { LinkMany } from './link-many.tsx';
import { moveFocus } from './move-focus.ts';

/** Records that nothing claims, to be linked many at once; by keyboard alone if wanted. */
export default function Inbox() {
  const { t } = useWords('inbox');
  const words = useWords('records');
  const { id } = useSession();
  const columns = useRecordColumns();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [linking, setLinking] = useState<readonly RecordItem[]>();
  // What was shown on any page, since what was chosen stays chosen on the next.
  const known = useRef(new Map<string, RecordItem>());
  const shown = useRef<readonly RecordItem[]>([]);
  const onPage = useCallback((items: readonly RecordItem[]) => {
    shown.current = items;
    for (const record of items) known.current.set(record.id, record);
  }, []);
  const { mine, from, to, kind } = useFilters(['kind', 'from', 'to', 'mine']);
  const query = {
    ...{ unclaimed: 'true', order: 'asc' },
    ...(kind && { kind }),
    ...(mine && { filmedBy: id }),
    ...(from && { from: dayStart(from) }),
    ...(to && { to: dayEnd(to) }),
  };
  const link = () => setLinking(chosen.flatMap((one) => known.current.get(one) ?? []));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      moveFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      setChosen([...new Set([...chosen, ...shown.current.map((record) => record.id)])]);
    } else if (event.key === 'Enter' && chosen.length > 0 && (event.target as Element).matches('input')) {
      link();
    } else return;
    event.preventDefault();
  };
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        <Space wrap>
          {chosen.length > 0 && <Button onClick={() => setChosen([])}>{t('unchoose')}</Button>}
          <Button type="primary" disabled={chosen.length === 0} onClick={link}>
            {t('link', { count: chosen.length })}
          </Button>
        </Space>
      }
    >
      <Filters
        filters={[
          {
            name: 'kind',
            label: t('kind'),
            choices: recordKinds.map((value) => ({ value, label: words.t(`kind_${value}`) })),
          },
          { name: 'mine', label: t('filmedBy'), choices: [{ value: 'true', label: t('mine') }] },
          { name: 'from', label: t('from'), day: true },
          { name: 'to', label: t('to'), day: true },
        ]}
      />
      <Typography.Text type="secondary" className="keys">
        {t('keys')}
      </Typography.Text>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys beside those that each checkbox has of itself */}
      <div onKeyDown={onKeyDown}>
        <ServerTable<RecordItem>
          label={t('title')}
          list={(page) => read('/records', { params: { query: { ...query, ...page } as never } })}
          columns={columns}
          rowKey={(record) => record.id}
          empty={t('empty')}
          selection={{ keys: chosen, onChange: setChosen }}
          onPage={onPage}
        />
      </div>
      {linking && (
        <LinkMany
          records={linking}
          onLinked={(ids) => setChosen((now) => now.filter((one) => !ids.includes(one)))}
          onClose={() => setLinking(undefined)}
        />
      )}
    </PageFrame>
  );
}
