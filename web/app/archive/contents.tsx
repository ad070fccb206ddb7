import { useQuery } from '@tanstack/react-query';
import { Card, Collapse, Typography } from 'antd';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';
import type { Contents } from './kinds.ts';

type Packed = Contents['items'][number];
type Part = Contents['parts'][number];
type Paper = Contents['papers'][number];

/** What is in a package, as its own lists say: records with their digests, then what stands beside them. */
export function PackageContents({ id }: { id: string }) {
  const { t } = useWords('archive');
  const cases = useWords('cases');
  const records = useWords('records');
  const columns: Column<Packed>[] = [
    {
      key: 'title',
      title: t('title'),
      heading: true,
      long: true,
      render: ({ recordId, title }) => <Link to={`/records/${recordId}`}>{title}</Link>,
    },
    { key: 'kind', title: t('kind'), render: ({ kind }) => records.t(`kind_${kind}`) },
    {
      key: 'stage',
      title: t('stage'),
      render: ({ stage }) => (stage ? cases.t(`stage_${stage}`) : t('common:none')),
    },
    { key: 'size', title: t('size'), render: ({ size }) => (size === undefined ? t('common:none') : bytes(size)) },
    { key: 'file', title: t('file'), render: ({ file }) => (file ? <code>{file}</code> : t('noOriginal')) },
    {
      key: 'sha256',
      title: 'SHA-256',
      render: ({ sha256 }) => (sha256 ? <Digest value={sha256} /> : t('common:none')),
    },
  ];
  return (
    <Card title={<h2>{t('contents')}</h2>}>
      <Typography.Paragraph type="secondary">{t('contentsLead')}</Typography.Paragraph>
      <ServerTable<Packed>
        label={t('contents')}
        list={(page) => read('/exports/{id}/contents', { params: { path: { id }, query: page } })}
        columns={columns}
        rowKey={({ recordId }) => recordId}
        empty={t('contentsNone')}
      />
      <Beside id={id} />
    </Card>
  );
}

/** The parts of a package by number and size, and each paper in it. */
function Beside({ id }: { id: string }) {
  const { t } = useWords('archive');
  const { data } = useQuery(read('/exports/{id}/contents', { params: { path: { id }, query: { limit: 20 } } }));
  if (!data) return null;
  const parts: Column<Part>[] = [
    { key: 'part', title: t('part'), heading: true, render: ({ part }) => t(`part_${part}`) },
    { key: 'files', title: t('partFiles'), render: ({ files }) => files },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
  ];
  const papers: Column<Paper>[] = [
    { key: 'path', title: t('path'), heading: true, render: ({ path }) => <code>{path}</code> },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
    { key: 'sha256', title: 'SHA-256', render: ({ sha256 }) => <Digest value={sha256} /> },
  ];
  return (
    <>
      <h3>{t('parts')}</h3>
      <ItemTable<Part> label={t('parts')} items={data.parts} columns={parts} rowKey={({ part }) => part} />
      <Collapse
        className="papers"
        items={[
          {
            key: 'papers',
            label: `${t('papers')} · ${t('papersCount', { count: data.papers.length })}`,
            children: (
              <ItemTable<Paper> label={t('papers')} items={data.papers} columns={papers} rowKey={({ path }) => path} />
            ),
          },
        ]}
      />
    </>
  );
}
