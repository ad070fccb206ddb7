import { Moment } from '../parts/moment.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { type Export, stateTones } from './kinds.ts';

const DAY_MS = 86_400_000;

/** How far a package is, in whole per cent, never all before it is. */
export const percentOf = ({ progress }: Pick<Export, 'progress'>): number =>
  progress && progress.total > 0 ? Math.min(99, Math.floor((100 * progress.done) / progress.total)) : 0;

/** The state of an export, with how far it is. */
export function ExportState({ one }: { one: Pick<Export, 'state' | 'progress'> }) {
  const { t } = useWords('archive');
  const far = one.progress ? ` ${percentOf(one)}%` : '';
  return <StateTag tone={stateTones[one.state]} word={t(`state_${one.state}`) + far} />;
}

/** Until when a package is kept, and in how many days that is. */
export function KeptUntil({ until }: { until: string | undefined }) {
  const { t } = useWords('archive');
  if (!until) return t('common:none');
  const count = Math.ceil((Date.parse(until) - Date.now()) / DAY_MS);
  return (
    <span>
      <Moment at={until} day />
      {count > 1 ? t('daysLeft', { count }) : t('lastDay')}
    </span>
  );
}
