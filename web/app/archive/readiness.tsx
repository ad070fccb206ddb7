import { Space } from 'antd';
import { Link } from 'react-router';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import type { CaseFile } from './kinds.ts';

/** In words what the stages of a case lack: `现场检查：缺文书`. */
export function useLacks(): (file: CaseFile) => string[] {
  const { t } = useWords('archive');
  const cases = useWords('cases');
  return ({ lacks }) =>
    lacks.map(({ stage, what }) =>
      t('lacksAt', {
        stage: cases.t(`stage_${stage}`),
        what: what.map((one) => t(`lack_${one}`)).join(t('and')),
      }),
    );
}

/** Whether a case can be packed, and what should be seen to before. */
export function Readiness({ file }: { file: CaseFile }) {
  const { t } = useWords('archive');
  const lacks = useLacks()(file);
  const { unsealed, quarantined } = file;
  const empty = file.readiness === 'empty';
  return (
    <Space size={4} wrap>
      {unsealed.count > 0 && <StateTag tone="busy" word={t('waitsFor', { count: unsealed.count })} />}
      {file.ready && <StateTag tone={empty ? 'over' : 'good'} word={t(empty ? 'isEmpty' : 'isReady')} />}
      {quarantined.count > 0 && <StateTag tone="bad" word={t('quarantinedCount', { count: quarantined.count })} />}
      {lacks.map((lack) => (
        <StateTag key={lack} tone="waits" word={lack} />
      ))}
    </Space>
  );
}

/** Records by their titles, each a way to its page. */
export function NamedRecords({ count, first }: CaseFile['unsealed']) {
  const { t } = useWords('archive');
  return (
    <ul>
      {first.map(({ id, title }) => (
        <li key={id}>
          <Link to={`/records/${id}`}>{title}</Link>
        </li>
      ))}
      {count > first.length && <li>{t('more', { count })}</li>}
    </ul>
  );
}
