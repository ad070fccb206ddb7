import { Button } from 'antd';
import { type OneRecord, rangeText } from '../records/links.tsx';
import { useWords } from '../words/use-words.ts';

/** The parts of footage that links name, to go to each at once. Seconds. */
export function LinkedParts({ record, onSeek }: { record: OneRecord; onSeek: (seconds: number) => void }) {
  const { t } = useWords('retrieval');
  const words = useWords('cases');
  const parts = record.links.flatMap(({ linkId, stage, range, ended }) =>
    range && !ended ? [{ linkId, range, name: stage ? words.t(`stage_${stage}` as 'stage_FILE') : '' }] : [],
  );
  if (parts.length === 0) return null;
  return (
    <nav className="linked-parts" aria-label={t('parts')}>
      <span>{t('parts')}</span>
      {parts.map(({ linkId, range, name }) => (
        <Button key={linkId} size="small" onClick={() => onSeek(range.fromMs / 1000)}>
          {[name, rangeText(range)].filter(Boolean).join(' ')}
        </Button>
      ))}
    </nav>
  );
}
