import { CheckCircleFilled } from '@ant-design/icons';
import { Button, Card, Space, Typography } from 'antd';
import { useState } from 'react';
import { PersonName } from '../parts/names.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import { Day, DueTag, written } from './due-tag.tsx';
import { EndDeadline } from './end-deadline.tsx';
import { ExtendDeadline } from './extend-deadline.tsx';
import type { Deadline, OneCase } from './kinds.ts';

/** What a case has to be done by, the next first, with the rule that says so; then what was met, and what was late. */
export function Deadlines({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const [open, setOpen] = useState<{ what: 'extend' | 'end'; deadline: Deadline }>();
  const close = () => setOpen(undefined);
  return (
    <Card title={<h2>{t('deadlines')}</h2>}>
      {file.deadlines.length === 0 && <Typography.Text type="secondary">{t('deadlinesNone')}</Typography.Text>}
      <ul className="lines">
        {file.deadlines.map((deadline) => (
          <li key={deadline.id} className="deadline">
            <Head
              deadline={deadline}
              onExtend={() => setOpen({ what: 'extend', deadline })}
              onEnd={() => setOpen({ what: 'end', deadline })}
            />
            <Told deadline={deadline} />
          </li>
        ))}
      </ul>
      {open?.what === 'extend' && <ExtendDeadline caseId={file.id} deadline={open.deadline} onClose={close} />}
      {open?.what === 'end' && <EndDeadline caseId={file.id} deadline={open.deadline} onClose={close} />}
    </Card>
  );
}

function Head({ deadline, onExtend, onEnd }: { deadline: Deadline; onExtend: () => void; onEnd: () => void }) {
  const { t } = useWords('cases');
  const { permissions } = useSession();
  const name = useSaid()(deadline.label);
  const { daysLeft, ended, due, provisional } = deadline;
  return (
    <div className="deadline-head">
      <Space size={[8, 4]} wrap>
        <strong>{name}</strong>
        {daysLeft !== undefined && <DueTag daysLeft={daysLeft} />}
        {ended?.late && <StateTag tone="bad" word={t('endedLate')} />}
        {ended && !ended.late && <StateTag tone="good" icon={<CheckCircleFilled />} word={t('endedInTime')} />}
        {!ended && provisional && <StateTag tone="over" word={t('provisional')} />}
        <span>
          {t('due')} <Day day={due} />
        </span>
      </Space>
      {!ended && (
        <Space size={8}>
          {permissions['case.extend'] && (
            <Button size="small" aria-label={`${t('extend')} ${name}`} onClick={onExtend}>
              {t('extend')}
            </Button>
          )}
          {permissions['case.write'] && (
            <Button size="small" aria-label={`${t('end')} ${name}`} onClick={onEnd}>
              {t('end')}
            </Button>
          )}
        </Space>
      )}
    </div>
  );
}

/** From when it counts, how long it is, why, and what was said of it since. */
function Told({ deadline }: { deadline: Deadline }) {
  const { t } = useWords('cases');
  const { stage, from, value, unit, citation, binding, extensions, ended, provisional } = deadline;
  return (
    <div className="told">
      <Typography.Text type="secondary">
        {t('counted', {
          stage: t(`stage_${stage}`),
          day: written(from),
          length: t(`length_${unit}`, { count: value }),
        })}
      </Typography.Text>
      {extensions.map((extension) => (
        <span key={extension.at}>
          {t('extended', { length: t(`length_${unit}`, { count: extension.value }) })}{' '}
          <Day day={extension.approvedOn} />
          {' · '}
          <PersonName id={extension.by} />
          {` · ${extension.reason}（${extension.basis}）`}
        </span>
      ))}
      {ended && (
        <span>
          {ended.stage ? t('endedBy', { stage: t(`stage_${ended.stage}`) }) : t('endedSaid')} <Day day={ended.on} />
          {' · '}
          <PersonName id={ended.by} />
          {!ended.stage && ` · ${ended.reason}`}
        </span>
      )}
      {!ended && provisional && <span>{t('provisionalWhy')}</span>}
      <Typography.Text type="secondary">
        <small>
          {t('source', { citation })}
          {binding === 'model' && `（${t('bindingModel')}）`}
        </small>
      </Typography.Text>
    </div>
  );
}
