import { Button, Card, Progress, Space } from 'antd';
import { bytes } from '../parts/bytes.ts';
import { duration } from '../parts/duration.ts';
import { useWords } from '../words/use-words.ts';
import { FileLine } from './file-line.tsx';
import { type Item, isActive } from './item.ts';
import { uploadQueue } from './queue.ts';
import { useUploads } from './use-uploads.ts';

/** The files on their way: all of them in sum, and each. */
export function FileList() {
  const { t } = useWords('uploads');
  const items = useUploads();
  if (items.length === 0) return null;
  const has = (phase: Item['phase']) => items.some((item) => item.phase === phase);
  return (
    <Card
      title={<h2>{t('files')}</h2>}
      extra={
        <Space wrap>
          {items.some(isActive) && <Button onClick={() => uploadQueue.pauseAll()}>{t('pauseAll')}</Button>}
          {has('paused') && <Button onClick={() => uploadQueue.resumeAll()}>{t('resumeAll')}</Button>}
          {has('done') && <Button onClick={() => uploadQueue.clearDone()}>{t('clear')}</Button>}
        </Space>
      }
    >
      <Overall items={items} />
      <ul className="lines">
        {items.map((item) => (
          <FileLine key={item.id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Overall({ items }: { items: readonly Item[] }) {
  const { t } = useWords('uploads');
  const counted = items.filter(({ phase }) => phase !== 'failed');
  const total = counted.reduce((sum, { file }) => sum + file.size, 0);
  const done = counted.reduce((sum, { sent }) => sum + sent, 0);
  const whole = items.filter(({ phase }) => phase === 'done' || phase === 'sealing').length;
  const speed = items.some(isActive) ? uploadQueue.rate.perSecond() : 0;
  const sums = { done: bytes(done), total: bytes(total), files: whole, count: items.length };
  return (
    <div className="overall">
      <Progress aria-label={t('overall')} percent={percentOf(done, total)} />
      <Space size={[12, 0]} wrap role="status">
        <span>{t('overallText', sums)}</span>
        {speed > 0 && <span>{t('speed', { speed: bytes(speed) })}</span>}
        {speed > 0 && done < total && <span>{t('left', { time: duration(((total - done) / speed) * 1000) })}</span>}
      </Space>
    </div>
  );
}

export const percentOf = (done: number, total: number): number => (total > 0 ? Math.floor((100 * done) / total) : 0);
