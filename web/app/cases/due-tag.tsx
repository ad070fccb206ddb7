import { ClockCircleOutlined, ExclamationCircleFilled } from '@ant-design/icons';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

/** From so many days before its end on a deadline is pressing. */
export const PRESSING_DAYS = 7;

/** How long there is until the last day of a deadline, or how long it is past; by icon and word, not by colour alone. */
export function DueTag({ daysLeft }: { daysLeft: number }) {
  const { t } = useWords('cases');
  if (daysLeft < 0)
    return <StateTag tone="bad" icon={<ExclamationCircleFilled />} word={t('overdue', { count: -daysLeft })} />;
  const tone = daysLeft <= PRESSING_DAYS ? 'waits' : 'over';
  const word = daysLeft === 0 ? t('dueToday') : t('daysLeft', { count: daysLeft });
  return <StateTag tone={tone} icon={<ClockCircleOutlined />} word={word} />;
}

/** A day of a calendar (`2026-12-08`), as instants are written. */
export const written = (day: string): string => day.replaceAll('-', '/');

export const Day = ({ day }: { day: string }) => <time dateTime={day}>{written(day)}</time>;
