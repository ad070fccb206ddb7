import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { read } from '../api/query.ts';
import { caseName } from '../cases/case-select.tsx';
import { stages } from '../cases/kinds.ts';
import { DayField } from '../parts/day-field.tsx';
import { recordKinds } from '../records/kinds.ts';
import { useWords } from '../words/use-words.ts';
import type { SubjectRecord } from './subject-timeline.tsx';

export interface Narrowing {
  kind?: SubjectRecord['kind'];
  caseId?: string;
  stage?: (typeof stages)[number];
  order?: 'asc' | 'desc';
  /** Days: `2026-05-01`. */
  from?: string;
  to?: string;
}

interface Given {
  subjectId: string;
  value: Narrowing;
  onChange: (value: Narrowing) => void;
}

/** By what a time line is narrowed. */
export function TimelineFilters({ subjectId, value, onChange }: Given) {
  const { t } = useWords('subjects');
  const records = useWords('records');
  const cases = useWords('cases');
  const { data } = useQuery(read('/cases', { params: { query: { subjectId, limit: 100 } } }));
  const set = (part: { [Name in keyof Narrowing]: Narrowing[Name] | undefined | '' }) =>
    onChange(Object.fromEntries(Object.entries({ ...value, ...part }).filter(([, said]) => said)) as Narrowing);
  const select = <V extends string>(
    name: keyof Narrowing,
    label: string,
    choices: readonly { value: V; label: string }[],
    otherwise?: V,
  ) => (
    <label htmlFor={`timeline-${name}`}>
      {label}
      <Select
        id={`timeline-${name}`}
        allowClear={!otherwise}
        placeholder={t('common:all')}
        value={value[name] ?? otherwise}
        onChange={(chosen) => set({ [name]: chosen })}
        options={[...choices]}
      />
    </label>
  );
  const day = (name: 'from' | 'to') => (
    <label htmlFor={`timeline-${name}`}>
      {t(name)}
      <DayField id={`timeline-${name}`} value={value[name]} onChange={(chosen) => set({ [name]: chosen })} />
    </label>
  );
  return (
    <search className="filters timeline-filters">
      {select(
        'kind',
        t('kind'),
        recordKinds.map((kind) => ({ value: kind, label: records.t(`kind_${kind}`) })),
      )}
      {select(
        'caseId',
        t('case'),
        (data?.items ?? []).map((file) => ({ value: file.id, label: caseName(file) })),
      )}
      {select(
        'stage',
        cases.t('stage'),
        stages.map((stage) => ({ value: stage, label: cases.t(`stage_${stage}`) })),
      )}
      {day('from')}
      {day('to')}
      {select(
        'order',
        t('order'),
        [
          { value: 'asc', label: t('oldFirst') },
          { value: 'desc', label: t('newFirst') },
        ],
        'asc',
      )}
    </search>
  );
}
