import { Alert } from 'antd';
import { useWords } from '../words/use-words.ts';
import { useFindingWord } from './finding-words.tsx';
import type { OneRecord } from './links.tsx';

/** What somebody should look at: what was found, why it was set aside, that it is not sealed yet. */
export function Findings({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const word = useFindingWord();
  const { state, findings, quarantineReason } = record;
  return (
    <>
      {state === 'received' && <Alert type="info" showIcon role="status" title={t('sealingSoon')} />}
      {state === 'quarantined' && (
        <Alert
          type="error"
          showIcon
          title={t('quarantined')}
          description={quarantineReason && t(`quarantine_${quarantineReason}`)}
        />
      )}
      {findings.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('findings')}
          description={
            <ul className="plain">
              {findings.map(({ code, detail }) => (
                <li key={`${code} ${detail}`}>
                  {word(code)}
                  {detail && <>：{detail}</>}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </>
  );
}
