import { Card } from 'antd';
import { bytes } from '../parts/bytes.ts';
import { duration } from '../parts/duration.ts';
import { probeOf } from '../records/probe.ts';
import { useWords } from '../words/use-words.ts';
import type { Shown } from './kinds.ts';
import { useRecord } from './record-name.tsx';

interface Given {
  records: readonly Shown[];
  /** Which of them is shown. */
  at: number;
  onChoose: (at: number) => void;
}

/** Of more records than that the entries are not asked for, one by one: they are called by their files. */
const DESCRIBED = 50;

/** The records of a viewing, to go to each. */
export function Playlist({ records, at, onChoose }: Given) {
  const { t } = useWords('retrieval');
  return (
    <Card size="small" title={<h2>{t('playlist')}</h2>}>
      <ol className="playlist">
        {records.map((record, i) => (
          <li key={record.recordId}>
            <button type="button" aria-current={i === at} onClick={() => onChoose(i)}>
              <Entry record={record} described={records.length <= DESCRIBED} />
            </button>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Entry({ record, described }: { record: Shown; described: boolean }) {
  const { data } = useRecord(record.recordId, described);
  const { durationMs } = (data && probeOf(data)) ?? {};
  return (
    <>
      <span className="playlist-name">{data?.title || record.name}</span>
      <span className="less">{durationMs === undefined ? bytes(record.size) : duration(durationMs)}</span>
    </>
  );
}
