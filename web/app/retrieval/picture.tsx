import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { CannotShow } from './cannot-show.tsx';
import type { Shown } from './kinds.ts';
import { useRecord } from './record-name.tsx';
import { Watermark } from './watermark.tsx';

/** A picture, to fit or in its real size. */
export function Picture({ shown }: { shown: Shown }) {
  const { t } = useWords('retrieval');
  const { data: record } = useRecord(shown.recordId);
  const [failed, setFailed] = useState(false);
  const [whole, setWhole] = useState(false);
  if (failed) return <CannotShow shown={shown} record={record} />;
  return (
    <>
      <div className={whole ? 'sheet whole' : 'sheet'} tabIndex={whole ? 0 : undefined}>
        <div className="sheet-content">
          <img src={shown.url} alt={record?.title || shown.name} onError={() => setFailed(true)} />
          <Watermark />
        </div>
      </div>
      <div className="sheet-actions">
        <Button aria-pressed={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'fitted' : 'original')}
        </Button>
      </div>
    </>
  );
}
