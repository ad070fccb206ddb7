import { CloseOutlined } from '@ant-design/icons';
import { Button, Typography } from 'antd';
import { useCallback, useState } from 'react';
import { read } from '../api/query.ts';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import type { RecordItem } from '../records/kinds.ts';
import { useRecordColumns } from '../records/record-columns.tsx';
import { useWords } from '../words/use-words.ts';
import { RecordName } from './record-name.tsx';

interface Given {
  /** Whose records are offered; without it only those that are chosen already are shown. */
  caseId: string | undefined;
  /** Of the form: ids of the records. */
  id?: string;
  value?: readonly string[];
  onChange?: (ids: string[]) => void;
}

/** Chooses records of a case. For a Form.Item: its value is their ids. */
export function RecordChoice({ caseId, id, value = [], onChange = () => {} }: Given) {
  const { t } = useWords('retrieval');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings the look of a frame that the table has already
    <div id={id} role="group" aria-label={t('records')}>
      {caseId && <OfCase key={caseId} caseId={caseId} value={value} onChange={onChange} />}
      {!caseId && value.length === 0 && <Typography.Text type="secondary">{t('recordsNone')}</Typography.Text>}
      {!caseId && value.length > 0 && (
        <ul className="lines">
          {value.map((one) => (
            <li key={one} className="line">
              <RecordName id={one} />
              {value.length > 1 && (
                <Button
                  type="text"
                  icon={<CloseOutlined />}
                  aria-label={t('remove', { name: one.slice(0, 8) })}
                  onClick={() => onChange(value.filter((other) => other !== one))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {caseId && <Typography.Text role="status">{t('recordsChosen', { count: value.length })}</Typography.Text>}
    </div>
  );
}

function OfCase({ caseId, value, onChange }: { caseId: string } & Required<Pick<Given, 'value' | 'onChange'>>) {
  const { t } = useWords('retrieval');
  const columns = useRecordColumns().filter(({ key }) => ['title', 'kind', 'state', 'time', 'extent'].includes(key));
  const [barred, setBarred] = useState<readonly string[]>([]);
  // What is quarantined or disposed cannot be asked for.
  const onPage = useCallback((items: readonly RecordItem[]) => {
    setBarred(items.filter(({ state }) => state !== 'sealed' && state !== 'received').map((record) => record.id));
  }, []);
  return (
    <ServerTable<RecordItem>
      label={t('recordsOf')}
      list={(page) => read('/cases/{id}/records', { params: { path: { id: caseId }, query: page } })}
      columns={columns as Column<RecordItem>[]}
      rowKey={(record) => record.id}
      selection={{ keys: value, barred: (key) => barred.includes(key), onChange }}
      onPage={onPage}
      limit={50}
    />
  );
}
