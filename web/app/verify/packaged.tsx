import { Alert, Card, Typography } from 'antd';
import { withoutControls } from '../../../signing/checklist.ts';
import type { PackagedRecord } from '../../../signing/package-layout.ts';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { useWords } from '../words/use-words.ts';
import { useVerifierWords } from './verdict.tsx';

/** Records that are shown at once; the rest is in the package's own list. */
const SHOWN = 200;

/** The records of a package that was checked: unproven where a check does not hold. */
export function PackagedRecords({ records, good }: { records: readonly PackagedRecord[]; good: boolean }) {
  const { t } = useWords('verify');
  const words = useVerifierWords();
  if (records.length === 0) return null;
  const columns: Column<PackagedRecord>[] = [
    {
      key: 'title',
      title: words('records'),
      heading: true,
      long: true,
      render: ({ title, originalName }) => withoutControls(title || originalName),
    },
    {
      key: 'size',
      title: t('type'),
      render: ({ mediaType, size }) =>
        [mediaType && withoutControls(mediaType), size !== undefined && bytes(size)].filter(Boolean).join(' · ') ||
        t('common:none'),
    },
    { key: 'file', title: t('path'), render: ({ file }) => (file ? <code>{file}</code> : t('noOriginal')) },
    {
      key: 'sha256',
      title: 'SHA-256',
      render: ({ sha256 }) => (sha256 ? <Digest value={withoutControls(String(sha256))} /> : t('common:none')),
    },
  ];
  return (
    <Card title={<h2>{`${t('records')} · ${records.length}`}</h2>}>
      {good ? (
        <Typography.Paragraph type="secondary">
          {words('recordsGood')} {t('recordsOpen')}
        </Typography.Paragraph>
      ) : (
        <Alert className="unproven" type="warning" showIcon title={words('recordsBad')} />
      )}
      <ItemTable<PackagedRecord>
        label={t('records')}
        items={records.slice(0, SHOWN)}
        columns={columns}
        rowKey={({ recordId, file }) => `${recordId} ${file}`}
      />
      {records.length > SHOWN && <p>{t('recordsMore', { shown: SHOWN, count: records.length })}</p>}
    </Card>
  );
}
