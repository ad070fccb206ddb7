import './records.css';

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { read } from '../api/query.ts';
import { AuditLinks } from '../audit/audit-links.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ProofButton } from '../parts/proof-button.tsx';
import { Reading } from '../parts/reading.tsx';
import { askPath } from '../retrieval/links.ts';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { Confirmations } from './confirmations.tsx';
import { Correct } from './correct.tsx';
import { Disposed } from './disposed.tsx';
import { Findings } from './findings.tsx';
import { History } from './history.tsx';
import { Links, type OneRecord } from './links.tsx';
import { Basics, Media, Sealing } from './particulars.tsx';
import { fetchReceipt } from './receipt.ts';
import { VerifyNow } from './verify-now.tsx';
import { Watched } from './watched.tsx';

/** While it is being sealed the page looks again, milliseconds. */
const SEALING_MS = 1500;

/** A record: what is known of it, how it is proved, what it is linked to, and what happened to it. Never its bytes. */
export default function RecordPage() {
  const { t } = useWords('records');
  const { id = '' } = useParams();
  const { permissions } = useSession();
  const query = useQuery({
    ...read('/records/{id}', { params: { path: { id } } }),
    refetchInterval: ({ state }) => state.data?.state === 'received' && SEALING_MS,
  });
  const above = [{ title: t('title'), to: '/records' }];
  return (
    <Reading query={query} title={t('record')} above={above}>
      {(record) => (
        <PageFrame title={record.title || record.id} above={above} actions={<Actions record={record} />}>
          <Disposed record={record} />
          <Findings record={record} />
          <div className="aside">
            <div className="page-body">
              <Basics record={record} />
              <Sealing record={record} />
              {record.state !== 'disposed' && <Links record={record} />}
              <Media record={record} />
              <Confirmations record={record} />
              {permissions['grant.read'] && <Watched record={record} />}
            </div>
            <History key={record.state} id={record.id} />
          </div>
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const words = useWords('retrieval');
  const { permissions, id } = useSession();
  const [open, setOpen] = useState<'correct' | 'verify'>();
  const close = () => setOpen(undefined);
  const proved = permissions['record.receipt'] && record.state === 'sealed';
  return (
    <>
      {permissions['grant.request'] && (record.state === 'sealed' || record.state === 'received') && (
        <Link to={askPath(record, id)}>
          <Button tabIndex={-1}>{words.t('ask')}</Button>
        </Link>
      )}
      {proved && <ProofButton fetch={() => fetchReceipt(record.id)} word={t('receipt')} publishing={t('publishing')} />}
      {proved && (
        <Button type="primary" onClick={() => setOpen('verify')}>
          {t('verify')}
        </Button>
      )}
      {permissions['record.write'] && record.state !== 'disposed' && (
        <Button onClick={() => setOpen('correct')}>{t('correct')}</Button>
      )}
      <AuditLinks of={{ recordId: record.id }} />
      <Button onClick={() => print()}>{t('common:print')}</Button>
      {open === 'correct' && <Correct record={record} onClose={close} />}
      {open === 'verify' && <VerifyNow id={record.id} onClose={close} />}
    </>
  );
}
