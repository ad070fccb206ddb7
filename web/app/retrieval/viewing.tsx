import './retrieval.css';
import './player.css';

import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Modal, Result } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useBlocker, useParams } from 'react-router';
import { queryClient, read } from '../api/query.ts';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { useWords } from '../words/use-words.ts';
import { Countdown } from './countdown.tsx';
import { Ended } from './ended.tsx';
import type { Grant, Viewing } from './kinds.ts';
import { Playlist } from './playlist.tsx';
import { ShowRecord } from './show-record.tsx';
import { useStillWatched } from './use-still-watched.ts';
import { closeViewing, type Hindrance, useViewing } from './use-viewing.ts';

/** Watching under a grant: the records of one viewing, until it ends. */
export default function ViewingPage() {
  const { t } = useWords('retrieval');
  const { id = '' } = useParams();
  const { query, viewing, open, hindrance } = useViewing(id);
  const ended = viewing?.state === 'closed';
  const { data: grant } = useQuery({
    ...read('/grants/{id}', { params: { path: { id: viewing?.grantId ?? '' } } }),
    enabled: viewing !== undefined,
  });
  // What ended the viewing is told of the grant too, and in every list.
  useEffect(() => {
    if (ended) void queryClient.invalidateQueries();
  }, [ended]);
  const above = [
    { title: t('mine'), to: '/grants' },
    ...(grant ? [{ title: grant.text, to: `/grants/${grant.id}` }] : []),
  ];
  return (
    <Reading query={query} title={t('viewing')} above={above}>
      {(viewing) => (
        <PageFrame title={t('viewing')} lead={grant?.text} above={above}>
          {open ? (
            <Open key={viewing.id} viewing={viewing} grant={grant} hindrance={hindrance} />
          ) : (
            <Ended viewing={viewing} grant={grant} />
          )}
        </PageFrame>
      )}
    </Reading>
  );
}

interface Given {
  viewing: Viewing;
  grant: Grant | undefined;
  hindrance: Hindrance;
}

function Open({ viewing, grant, hindrance }: Given) {
  const { t } = useWords('retrieval');
  const [ending, setEnding] = useState(false);
  const [at, setAt] = useState(0);
  /** Whether the next record plays by itself: the one before was played to its end. */
  const [goesOn, setGoesOn] = useState(false);
  const main = useRef<HTMLDivElement>(null);
  const hidden = hindrance === 'session' || hindrance === 'unknown';
  const { id, records, expiresAt } = viewing;
  const leaving = useBlocker(({ nextLocation }) => !nextLocation.pathname.startsWith(`/viewings/${id}`));
  const shown = records[at];
  const onSeen = useStillWatched(shown?.url);
  const choose = (next: number, playing = false) => {
    if (!records[next]) return;
    setGoesOn(playing);
    setAt(next);
    main.current?.scrollIntoView({ block: 'nearest' });
  };
  const end = async () => {
    setEnding(false);
    await closeViewing(id).catch(() => undefined);
    if (leaving.state === 'blocked') leaving.proceed();
    else await queryClient.invalidateQueries({ queryKey: ['/viewings/{id}'] });
  };
  const stay = () => {
    setEnding(false);
    leaving.reset?.();
  };
  return (
    <>
      {hindrance === 'network' && <Alert type="warning" showIcon role="status" title={t('networkLost')} />}
      <div className="watch">
        <Card className="watch-main" ref={main}>
          {hindrance === 'session' && <Hidden title={t('sessionEnded')} lead={t('sessionEndedLead')} />}
          {hindrance === 'unknown' && <Hidden title={t('ended')} lead={t('endedOffline')} />}
          {shown && (
            <div hidden={hidden}>
              <ShowRecord
                key={shown.recordId}
                shown={shown}
                playing={goesOn}
                held={hidden}
                onStep={(by) => choose(at + by)}
                onEnd={() => choose(at + 1, true)}
                onSeen={onSeen}
              />
            </div>
          )}
        </Card>
        <div className="page-body">
          <Card size="small">
            <Countdown until={expiresAt} {...(grant && { left: grant.viewingsLeft, all: grant.viewings })} />
            <Button block onClick={() => setEnding(true)}>
              {t('endViewing')}
            </Button>
          </Card>
          <Playlist records={records} at={at} onChoose={choose} />
        </div>
      </div>
      <Modal
        open={ending || leaving.state === 'blocked'}
        title={t('endTitle')}
        onCancel={stay}
        footer={
          <>
            <Button onClick={stay}>{t('stay')}</Button>
            <Button type="primary" autoFocus onClick={end}>
              {t('endViewing')}
            </Button>
          </>
        }
      >
        <p>{t('endLead', { left: grant?.viewingsLeft ?? 0 })}</p>
      </Modal>
    </>
  );
}

/** In place of what is watched while it may not be shown. */
const Hidden = ({ title, lead }: { title: string; lead: string }) => (
  <Result status="warning" title={<h2>{title}</h2>} subTitle={lead} />
);
