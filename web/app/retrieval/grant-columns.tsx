import './retrieval.css';

import { Space, Typography } from 'antd';
import { Link } from 'react-router';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import type { Column } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { CaseLink } from '../records/links.tsx';
import { useWords } from '../words/use-words.ts';
import { type Grant, grantTones } from './kinds.ts';
import { useTerm } from './term.ts';

/** The columns that lists of grants are made of, by name. */
export function useGrantColumns() {
  const { t } = useWords('retrieval');
  const term = useTerm();
  const columns = {
    text: {
      title: t('text'),
      heading: true,
      long: true,
      render: ({ id, text, reason }) => (
        <Space orientation="vertical" size={0}>
          <Link to={`/grants/${id}`}>{text}</Link>
          <Typography.Text type="secondary" className="ground-word">
            {t(`reason_${reason}`)}
          </Typography.Text>
        </Space>
      ),
    },
    state: {
      title: t('state'),
      render: ({ state }) => <StateTag tone={grantTones[state]} word={t(`state_${state}`)} />,
    },
    person: { title: t('person'), render: ({ personId }) => <PersonName id={personId} /> },
    case: {
      title: t('case'),
      long: true,
      render: ({ caseId }) => (caseId ? <CaseLink id={caseId} /> : t('common:none')),
    },
    count: { title: t('count'), render: ({ recordIds }) => recordIds.length },
    departments: {
      title: t('departments'),
      long: true,
      render: ({ departments }) => (
        <Space size={4} wrap separator="、">
          {departments.map((id) => (
            <DepartmentName key={id} id={id} />
          ))}
        </Space>
      ),
    },
    terms: {
      title: t('howLong'),
      render: ({ seconds, viewings }) => `${term(seconds)} · ${t('times', { count: viewings })}`,
    },
    left: {
      title: t('left'),
      render: ({ viewings, viewingsLeft, approvedBy }) =>
        approvedBy ? t('leftOf', { left: viewingsLeft, all: viewings }) : t('common:none'),
    },
    until: { title: t('until'), render: ({ expiresAt }) => <Moment at={expiresAt} /> },
    requestedAt: { title: t('requestedAt'), render: ({ requestedAt }) => <Moment at={requestedAt} /> },
    answeredBy: {
      title: t('answeredBy'),
      render: ({ answered, approvedBy }) => {
        if (!answered) return t('common:none');
        return approvedBy === 'policy' ? t('byPolicy') : <PersonName id={answered.by} />;
      },
    },
  } satisfies Record<string, Omit<Column<Grant>, 'key'>>;
  return (...names: (keyof typeof columns)[]): Column<Grant>[] => names.map((key) => ({ key, ...columns[key] }));
}
