import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { type DockDayFile, type DockDayFinding, decodeDockDay } from '../../../signing/dock-day.ts';
import { type Body, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { save } from '../parts/save.ts';
import { StateTag, type Tone } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { DockName } from './dock-name.tsx';
import { useFindingWord } from './finding-words.tsx';

type DockDay = Body<'/dock-days/{id}'>;

/** One statement: every file that the dock saw, what it found, and the bytes that were signed for it. */
export default function DockDayPage() {
  const { t } = useWords('docking');
  const { id = '' } = useParams();
  const query = useQuery(read('/dock-days/{id}', { params: { path: { id } } }));
  const above = [{ title: t('title'), to: '/dock-days' }];
  return (
    <Reading query={query} title={t('title')} above={above}>
      {(day) => <Whole day={day} above={above} />}
    </Reading>
  );
}

function Whole({ day, above }: { day: DockDay; above: { title: string; to: string }[] }) {
  const { t } = useWords('docking');
  const stated = decodeDockDay(new TextEncoder().encode(day.statement));
  const name = `dock-day-${day.device}-${day.day}`;
  const statement = () => save(new File([day.statement], `${name}.json`, { type: 'application/json' }));
  const signature = () =>
    save(new File([Uint8Array.from(atob(day.signature), (char) => char.charCodeAt(0))], `${name}.json.p7s`));
  return (
    <PageFrame
      title={`${day.device} · ${day.day}`}
      lead={t('dayLead')}
      above={above}
      actions={
        <>
          <Button onClick={() => print()}>{t('common:print')}</Button>
          <Button onClick={statement}>{t('statement')}</Button>
          <Button onClick={signature}>{t('signature')}</Button>
        </>
      }
    >
      <Card>
        <Descriptions
          column={{ xs: 1, md: 2 }}
          items={[
            { key: 'device', label: t('device'), children: day.device },
            { key: 'day', label: t('day'), children: t('dayIn', { day: day.day, zone: stated.zone }) },
            { key: 'dock', label: t('dock'), children: <DockName id={day.dockId} /> },
            { key: 'department', label: t('department'), children: <DepartmentName id={day.departmentId} /> },
            { key: 'made', label: t('madeAt'), children: <Moment at={stated.madeAt} /> },
            { key: 'stated', label: t('statedAt'), children: <Moment at={day.statedAt} /> },
            { key: 'clock', label: t('clock'), children: <Clock offset={stated.clockOffsetMs} /> },
            { key: 'id', label: 'ID', children: <Digest value={day.id} /> },
          ]}
        />
      </Card>
      <Findings findings={stated.findings} />
      <Files files={stated.seen} />
    </PageFrame>
  );
}

function Clock({ offset }: { offset: number | undefined }) {
  const { t } = useWords('docking');
  if (offset === undefined) return t('clockUnknown');
  const seconds = (Math.abs(offset) / 1000).toFixed(1);
  return t(offset < 0 ? 'clockBehind' : 'clockAhead', { seconds });
}

function Findings({ findings }: { findings: readonly DockDayFinding[] }) {
  const { t } = useWords('docking');
  const word = useFindingWord();
  const items = findings.map((finding, number) => ({ ...finding, number }));
  const columns: Column<(typeof items)[number]>[] = [
    { key: 'code', title: t('finding'), render: ({ code }) => word(code) },
    { key: 'detail', title: t('detail'), long: true, render: ({ detail }) => detail ?? t('common:none') },
  ];
  return (
    <Card title={t('findings')}>
      <ItemTable
        label={t('findings')}
        items={items}
        columns={columns}
        rowKey={({ number }) => String(number)}
        empty={t('findingsNone')}
      />
    </Card>
  );
}

const tones: Record<string, Tone> = { sealed: 'good', erased: 'over', failed: 'bad', gone: 'bad', kept: 'waits' };

/** Files that are shown at first, and each time that more are asked for: a card may hold thousands. */
const SHOWN = 100;

function Files({ files }: { files: readonly DockDayFile[] }) {
  const { t } = useWords('docking');
  const [shown, setShown] = useState(SHOWN);
  const items = files.slice(0, shown).map((file, number) => ({ ...file, number }));
  const state = (of: string) => t(`state_${of}` as 'state_seen', { defaultValue: of });
  const columns: Column<(typeof items)[number]>[] = [
    {
      key: 'name',
      title: t('name'),
      long: true,
      render: ({ name, record }) => (record ? <Link to={`/records/${record}`}>{name}</Link> : name),
    },
    {
      key: 'state',
      title: t('state'),
      render: (file) => <StateTag tone={tones[file.state] ?? 'busy'} word={state(file.state)} />,
    },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
    {
      key: 'sha256',
      title: 'SHA-256',
      render: ({ sha256 }) => (sha256 ? <Digest value={sha256} /> : t('common:none')),
    },
  ];
  const rest = files.length - shown;
  return (
    <Card title={t('seenCount', { count: files.length })}>
      <ItemTable
        label={t('seen')}
        items={items}
        columns={columns}
        rowKey={({ number }) => String(number)}
        empty={t('seenNone')}
      />
      {rest > 0 && (
        <div className="paging">
          <Button onClick={() => setShown(shown + SHOWN)}>{t('more', { count: Math.min(SHOWN, rest) })}</Button>
        </div>
      )}
    </Card>
  );
}
