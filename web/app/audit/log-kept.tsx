import { type Item, read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

type Anchor = Item<'/ledger/anchors'>;
type Checkpoint = Item<'/ledger/checkpoints'>;

/** When, and whose time it is. */
export function AnchorTime({ anchor }: { anchor: Pick<Anchor, 'at' | 'damaged' | 'selfIssued'> }) {
  const { t } = useWords('audit');
  const { at, damaged, selfIssued } = anchor;
  if (damaged) return <StateTag tone="bad" word={t('anchorDamaged')} />;
  return (
    <span className="access-lines">
      <Moment at={at} />
      <small>{t(selfIssued ? 'anchorSelf' : 'anchorOutside')}</small>
    </span>
  );
}

/** Time stamps over checkpoints, latest first, with what they are over. */
export function Anchors() {
  const { t } = useWords('audit');
  const columns: Column<Anchor>[] = [
    { key: 'at', title: t('anchorAt'), render: (anchor) => <AnchorTime anchor={anchor} /> },
    { key: 'by', title: t('anchorBy'), long: true, render: ({ authority }) => authority ?? t('common:none') },
    {
      key: 'note',
      title: t('note'),
      render: ({ size, note }) => (
        <a href={`/api/v1/ledger/anchors/${size}/${note}`} download={`checkpoint-${size}`}>
          {t('checkpointOf', { size })}
        </a>
      ),
    },
    {
      key: 'tsr',
      title: t('tsr'),
      render: ({ size, note, tsr }) => <a href={`/api/v1/ledger/anchors/${size}/${note}/${tsr}`}>checkpoint.tsr</a>,
    },
  ];
  return (
    <ServerTable<Anchor>
      label={t('anchors')}
      list={(page) => read('/ledger/anchors', { params: { query: page as never } })}
      columns={columns}
      rowKey={({ size, tsr }) => `${size} ${tsr}`}
      empty={t('anchorsNone')}
      limit={10}
    />
  );
}

/** Every checkpoint that was signed, latest first. */
export function Checkpoints() {
  const { t } = useWords('audit');
  const columns: Column<Checkpoint>[] = [
    {
      key: 'size',
      title: t('size'),
      heading: true,
      render: ({ size }) => (
        <a href={`/api/v1/ledger/checkpoints/${size}`} download={`checkpoint-${size}`}>
          {t('checkpointOf', { size })}
        </a>
      ),
    },
    { key: 'last', title: t('lastEntryAt'), render: ({ lastEntryAt }) => <Moment at={lastEntryAt} /> },
    { key: 'root', title: t('root'), render: ({ root }) => <Digest value={root} /> },
  ];
  return (
    <ServerTable<Checkpoint>
      label={t('checkpoints')}
      list={(page) => read('/ledger/checkpoints', { params: { query: page as never } })}
      columns={columns}
      rowKey={({ size }) => String(size)}
      empty={t('checkpointsNone')}
      limit={10}
    />
  );
}
