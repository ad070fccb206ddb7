import { Button, Card, Result } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useWords } from '../words/use-words.ts';
import type { Grant, Viewing } from './kinds.ts';
import { askAgainPath } from './links.ts';
import { StartViewing } from './start-viewing.tsx';

/** In place of what was watched: why it ended, and what can be done now. */
export function Ended({ viewing: { closedBy = 'call' }, grant }: { viewing: Viewing; grant: Grant | undefined }) {
  const { t } = useWords('retrieval');
  const [starting, setStarting] = useState(false);
  const again = grant?.state === 'live' && grant.viewingsLeft > 0;
  return (
    <Card>
      <Result
        status={closedBy === 'call' ? 'success' : 'warning'}
        title={
          <div role="alert">
            <h2>{t('ended')}</h2>
          </div>
        }
        subTitle={
          <>
            <p>{t(`ended_${closedBy}`)}</p>
            {grant?.revoked && closedBy === 'revoked' && <p>{t('endedFor', { reason: grant.revoked.reason })}</p>}
            <p>{t('endedPlayed')}</p>
          </>
        }
        extra={
          grant && (
            <div className="ended-actions">
              {again && (
                <Button type="primary" onClick={() => setStarting(true)}>
                  {t('again', { left: grant.viewingsLeft })}
                </Button>
              )}
              {!again && (
                <Link to={askAgainPath(grant)}>
                  <Button type="primary" tabIndex={-1}>
                    {t('askAgain')}
                  </Button>
                </Link>
              )}
              <Link to={`/grants/${grant.id}`}>
                <Button tabIndex={-1}>{t('toGrant')}</Button>
              </Link>
            </div>
          )
        }
      />
      {starting && grant && <StartViewing grant={grant} onClose={() => setStarting(false)} />}
    </Card>
  );
}
