import { useQuery } from '@tanstack/react-query';
import { Button, Card, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { type Body, read } from '../api/query.ts';
import { caseName } from '../cases/case-select.tsx';
import { duration } from '../parts/duration.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { LinkFields, linkOf, type TypedLink } from './link-fields.tsx';

export type OneRecord = Body<'/records/{id}'>;
type RecordLink = OneRecord['links'][number];

/** What a record is and was linked to. */
export function Links({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const words = useWords('cases');
  const links = useSession().permissions['record.link'] && record.state !== 'disposed';
  const [linking, setLinking] = useState(false);
  const [ending, setEnding] = useState<RecordLink>();
  const actions: Column<RecordLink> = {
    key: 'actions',
    title: t('common:actions'),
    render: (link) =>
      !link.ended && (
        <Button size="small" onClick={() => setEnding(link)}>
          {t('linkEnd')}
        </Button>
      ),
  };
  const columns: Column<RecordLink>[] = [
    { key: 'to', title: t('linkedTo'), heading: true, long: true, render: (link) => <LinkedTo link={link} /> },
    {
      key: 'stage',
      title: t('stage'),
      long: true,
      render: ({ stage }) => (stage ? words.t(`stage_${stage}` as 'stage_FILE') : t('common:none')),
    },
    { key: 'range', title: t('range'), render: ({ range }) => (range ? rangeText(range) : t('linkWhole')) },
    {
      key: 'evidence',
      title: t('evidenceKind'),
      long: true,
      render: ({ evidenceKind }) => (evidenceKind ? t(`evidence_${evidenceKind}`) : t('common:none')),
    },
    {
      key: 'by',
      title: t('by'),
      render: ({ by, at }) => (
        <Space size={6} wrap>
          <PersonName id={by} />
          <Moment at={at} day />
        </Space>
      ),
    },
    ...(links ? [actions] : []),
  ];
  return (
    <Card title={<h2>{t('links')}</h2>} extra={links && <Button onClick={() => setLinking(true)}>{t('link')}</Button>}>
      <ItemTable<RecordLink>
        label={t('links')}
        items={[...record.links].reverse()}
        columns={columns}
        rowKey={({ linkId }) => linkId}
        empty={t('linksNone')}
      />
      {linking && <LinkForm record={record} onClose={() => setLinking(false)} />}
      {ending && (
        <ReasonModal
          title={t('linkEndTitle')}
          send={(reason, key) =>
            answer(
              api.POST('/records/{id}/links/{linkId}/end', {
                params: { path: { id: record.id, linkId: ending.linkId } },
                body: { reason },
                headers: idempotent(key),
              }),
            )
          }
          onClose={() => setEnding(undefined)}
          submit={t('linkEnd')}
          danger
        />
      )}
    </Card>
  );
}

export const rangeText = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
  `${duration(fromMs)} – ${duration(toMs)}`;

function LinkedTo({ link: { caseId, subjectId, ended } }: { link: RecordLink }) {
  const { t } = useWords('records');
  return (
    <Space orientation="vertical" size={2}>
      <Space size={6} wrap>
        {caseId && <CaseLink id={caseId} />}
        {subjectId && <SubjectLink id={subjectId} />}
        {ended && <Tag>{t('linkEnded')}</Tag>}
      </Space>
      {ended && <Typography.Text type="secondary">{t('reasonGiven', { reason: ended.reason })}</Typography.Text>}
    </Space>
  );
}

/** A case by its id; one that the reader may not see by its id alone. */
export function CaseLink({ id }: { id: string }) {
  const may = useSession().permissions['case.read'] !== undefined;
  const { data, isLoading } = useQuery({ ...read('/cases/{id}', { params: { path: { id } } }), enabled: may });
  if (!data && !isLoading) return <code>{id.slice(0, 8)}</code>;
  return <Link to={`/cases/${id}`}>{data ? caseName(data) : '…'}</Link>;
}

/** A subject by its id. */
export function SubjectLink({ id }: { id: string }) {
  const { t } = useWords('cases');
  const { data, isError } = useQuery(read('/subjects/{id}', { params: { path: { id } } }));
  if (isError) return <code>{id.slice(0, 8)}</code>;
  return <Link to={`/subjects/${id}`}>{data ? data.name || t('unnamed') : '…'}</Link>;
}

function LinkForm({ record, onClose }: { record: OneRecord; onClose: () => void }) {
  const { t } = useWords('records');
  const send = async (typed: TypedLink, key: string) => {
    const items = [{ recordId: record.id, ...linkOf(typed) }] as never;
    const { items: results } = await answer(api.POST('/links', { body: { items }, headers: idempotent(key) }));
    const [result] = results;
    if (result && !result.ok)
      throw new Problem({ ...result.problem, errors: result.problem.errors?.map(asTyped) ?? [] });
  };
  return (
    <FormModal<TypedLink, void> title={t('linkTitle')} send={send} onClose={onClose} submit={t('link')}>
      <LinkFields ranges={record.kind === 'audio' || record.kind === 'video'} />
    </FormModal>
  );
}

/** The one item's fault as that of the form: `/items/0/range/toMs` is the field `to`. */
const asTyped = ({ pointer, detail }: { pointer: string; detail: string }) => {
  const field = pointer.replace(/^\/items\/0/, '');
  const range: Record<string, string> = { '/range/toMs': '/to', '/range/fromMs': '/from', '/range': '/to' };
  return { pointer: range[field] ?? field, detail };
};
