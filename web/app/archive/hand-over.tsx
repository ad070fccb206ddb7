import { Card, Typography } from 'antd';
import { Link } from 'react-router';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { Export } from './kinds.ts';

/** Who took the bytes, and when: each is an entry of the ledger. */
export function Fetches({ one: { fetches } }: { one: Export }) {
  const { t } = useWords('archive');
  return (
    <Card title={<h2>{t('fetches')}</h2>}>
      {fetches.length === 0 && <p className="first">{t('fetchedNever')}</p>}
      <ul className="lines">
        {fetches.toReversed().map(({ by, at }) => (
          <li key={at} className="line">
            <PersonName id={by} />
            <Moment at={at} />
          </li>
        ))}
      </ul>
      <Typography.Text type="secondary">
        <small>{t('fetchesHint')}</small>
      </Typography.Text>
    </Card>
  );
}

/** What whoever receives a package needs beside it, and needs another way than in it. */
export function HandOver() {
  const { t } = useWords('archive');
  const { agency } = useSession();
  return (
    <Card title={<h2>{t('handOver')}</h2>}>
      <p className="first">{t('handOverLead')}</p>
      <ul className="lines">
        <li className="line">
          <a href="/api/v1/trust/ca.pem" download="ca.pem">
            {t('ca')}
          </a>
        </li>
        <li className="line">
          <a href={`/api/v1/trust/logs/${agency.id}`} download="log.vkey">
            {t('vkey')}
          </a>
        </li>
        <li className="line">
          <Link to="/verify">{t('verifyHere')}</Link>
        </li>
      </ul>
    </Card>
  );
}
