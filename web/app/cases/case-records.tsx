import { Card, Select, Space } from 'antd';
import { useState } from 'react';
import { type Item, read } from '../api/query.ts';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { recordKinds } from '../records/kinds.ts';
import { useRecordColumns } from '../records/record-columns.tsx';
import { useWords } from '../words/use-words.ts';
import type { OneCase, Stage } from './kinds.ts';

type CaseRecord = Item<'/cases/{id}/records'>;

/** The records of a case in time order, of one stage or kind if wanted. */
export function CaseRecords({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const words = useWords('records');
  const [stage, setStage] = useState<Stage>();
  const [kind, setKind] = useState<CaseRecord['kind']>();
  const query = { ...(stage && { stage }), ...(kind && { kind }) };
  const [title, ...others] = useRecordColumns();
  const ofStage: Column<CaseRecord> = {
    key: 'stage',
    title: t('stage'),
    long: true,
    render: ({ links }) => {
      const current = links.filter((link) => link.caseId === file.id && !link.ended && link.stage);
      const codes = [...new Set(current.map((link) => link.stage as Stage))];
      return codes.map((code) => t(`stage_${code}`)).join('、') || t('common:none');
    },
  };
  const entered = [...new Set(file.stages.map((one) => one.stage))];
  return (
    <Card
      title={<h2>{t('records')}</h2>}
      extra={
        <Space wrap>
          <Select
            aria-label={t('stage')}
            allowClear
            className="narrowing"
            placeholder={t('allStages')}
            value={stage}
            onChange={setStage}
            options={entered.map((value) => ({ value, label: t(`stage_${value}`) }))}
          />
          <Select
            aria-label={words.t('kind')}
            allowClear
            className="narrowing"
            placeholder={t('allKinds')}
            value={kind}
            onChange={setKind}
            options={recordKinds.map((value) => ({ value, label: words.t(`kind_${value}`) }))}
          />
        </Space>
      }
    >
      <ServerTable<CaseRecord>
        label={t('records')}
        list={(page) =>
          read('/cases/{id}/records', { params: { path: { id: file.id }, query: { ...query, ...page } } })
        }
        columns={[...(title ? [title] : []), ofStage, ...others]}
        rowKey={({ id }) => id}
        empty={t('recordsNone')}
      />
    </Card>
  );
}
