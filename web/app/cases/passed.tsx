import { Card, Timeline, Typography } from 'antd';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { useWords } from '../words/use-words.ts';
import type { OneCase } from './kinds.ts';

/** Through which stages a case went: when, by whom, with what note. */
export function Passed({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  return (
    <Card title={<h2>{t('passed')}</h2>}>
      <Timeline
        items={[...file.stages].reverse().map(({ stage, at, by, note }) => ({
          key: at,
          color: stage === file.stage ? 'blue' : 'gray',
          content: (
            <div className="told">
              <strong>{t(`stage_${stage}`)}</strong>
              <Typography.Text type="secondary">
                <PersonName id={by} /> · <Moment at={at} />
              </Typography.Text>
              {note && <span>{note}</span>}
            </div>
          ),
        }))}
      />
    </Card>
  );
}
