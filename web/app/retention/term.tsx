import { Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Body } from '../api/query.ts';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { useWords } from '../words/use-words.ts';

type Term = Body<'/cases/{id}'>['term'];
type Retention = Body<'/cases/{id}'>['retention'];

/** Until when something is kept, and why. `of`: a file speaks of itself, a record of its case. */
export function TermText({ term: { until, because }, of }: { term: Term; of: 'file' | 'record' }) {
  const { t } = useWords('retention');
  const end = until === 'permanent' || until === 'open' ? t(`until_${until}`) : <Moment at={until} day />;
  const why = useWhy(of)(because);
  const linked = of === 'record' && because.caseId;
  return <Told why={linked ? <Link to={`/cases/${because.caseId}`}>{why}</Link> : why}>{end}</Told>;
}

function useWhy(of: 'file' | 'record') {
  const { t } = useWords('retention');
  return ({ rule, period, mark = 'key' }: Term['because']): string => {
    switch (rule) {
      case 'mark':
        return t('byMark', { mark: t(`mark_${mark}`) });
      case 'case':
        if (period === 'permanent') return t(of === 'file' ? 'ofFilePermanent' : 'permanentCase');
        return t(of === 'file' ? 'ofFile' : 'case', { period: period && t(`period_${period}`) });
      case 'case-open':
        return t(of === 'file' ? 'ofFileOpen' : 'caseOpen');
      default:
        return t(rule);
    }
  };
}

/** The class that a file is in, by whom and why, or by which rule. */
export function RetentionText({ retention: { period, reason = '', by, citation } }: { retention: Retention }) {
  const { t } = useWords('retention');
  const why = by ? (
    <>
      <PersonName id={by} /> {t('setBy', { reason })}
    </>
  ) : (
    t('byKind', { citation })
  );
  return <Told why={why}>{t(`period_${period}`)}</Told>;
}

const Told = ({ children, why }: { children: ReactNode; why: ReactNode }) => (
  <Flex vertical>
    <span>{children}</span>
    <Typography.Text type="secondary">{why}</Typography.Text>
  </Flex>
);
