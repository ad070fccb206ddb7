import './archive.css';

import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions, Progress } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import { PackageContents } from './contents.tsx';
import { Download } from './download.tsx';
import { ExportState, KeptUntil, percentOf } from './export-state.tsx';
import { Failure } from './failure.tsx';
import { Fetches, HandOver } from './hand-over.tsx';
import { type Export, isUnderWay, LOOK_MS, nameOf } from './kinds.ts';
import { PackCase } from './pack-case.tsx';

/** A package: how far it is or why there is none, what is in it, who fetched it, and how it is handed over. */
export default function ExportPage() {
  const { t } = useWords('archive');
  const { id = '' } = useParams();
  const query = useQuery({
    ...read('/exports/{id}', { params: { path: { id } } }),
    refetchInterval: ({ state }) => state.data !== undefined && isUnderWay(state.data) && LOOK_MS,
  });
  const above = [{ title: t('exports'), to: '/exports' }];
  return (
    <Reading query={query} title={t('aPackage')} above={above}>
      {(one) => (
        <PageFrame title={nameOf(one)} above={above} actions={<Actions one={one} />}>
          <Standing one={one} />
          {one.state === 'ready' && one.package ? (
            <>
              <div className="aside">
                <div className="page-body">
                  <Download id={one.id} made={one.package} />
                  <Basics one={one} />
                </div>
                <div className="page-body">
                  <HandOver />
                  <Fetches one={one} />
                </div>
              </div>
              <PackageContents id={one.id} />
            </>
          ) : (
            <>
              <Basics one={one} />
              {one.fetches.length > 0 && <Fetches one={one} />}
            </>
          )}
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ one }: { one: Export }) {
  const { t } = useWords('archive');
  const { permissions } = useSession();
  const navigate = useNavigate();
  const [packing, setPacking] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const cancel = (reason: string, key: string) =>
    answer(
      api.POST('/exports/{id}/cancel', {
        params: { path: { id: one.id } },
        body: { reason },
        headers: idempotent(key),
      }),
    );
  return (
    <>
      {permissions['export.create'] && isUnderWay(one) && (
        <Button danger onClick={() => setCancelling(true)}>
          {t('cancel')}
        </Button>
      )}
      {permissions['export.create'] && !isUnderWay(one) && (
        <Button onClick={() => setPacking(true)}>{t('packAgain')}</Button>
      )}
      <Button onClick={() => print()}>{t('common:print')}</Button>
      {cancelling && (
        <ReasonModal
          title={t('cancelTitle')}
          lead={t('cancelLead')}
          send={cancel}
          onClose={() => setCancelling(false)}
          submit={t('cancel')}
          danger
        />
      )}
      {packing && (
        <PackCase
          caseId={one.caseId}
          initial={{ form: one.form, ...(one.reason && { reason: one.reason }) }}
          onClose={() => setPacking(false)}
          onDone={(id) => {
            setPacking(false);
            navigate(`/exports/${id}`);
          }}
        />
      )}
    </>
  );
}

/** How far it is while it is made; why there is none. */
function Standing({ one }: { one: Export }) {
  const { t } = useWords('archive');
  const { state, progress, failure } = one;
  if (state === 'failed' && failure) return <Failure failure={failure} />;
  if (state === 'deleted')
    return <Alert type="info" showIcon title={t('state_deleted')} description={t('deletedLead')} />;
  if (state === 'cancelled')
    return <Alert type="info" showIcon title={t('state_cancelled')} description={t('cancelledLead')} />;
  if (!isUnderWay(one)) return null;
  const { done = 0, total = 0 } = progress ?? {};
  const written = total > 0 && done >= total;
  return (
    <Card>
      <Progress percent={percentOf(one)} status="active" aria-label={t('packingName')} />
      <div role="status">{progress ? t(written ? 'signingLead' : 'packingLead') : t('queuedLead')}</div>
      {progress && <div className="less">{t('packingBytes', { done: bytes(done), total: bytes(total) })}</div>}
    </Card>
  );
}

function Basics({ one }: { one: Export }) {
  const { t } = useWords('archive');
  const said = useSaid();
  const { package: made, signature, cancelled, deletedAt } = one;
  const items = [
    { key: 'state', label: t('state'), children: <ExportState one={one} /> },
    {
      key: 'case',
      label: t('case'),
      children: <Link to={`/cases/${one.caseId}`}>{nameOf(one)}</Link>,
    },
    { key: 'form', label: t('form'), children: t(`form_${one.form}`) },
    ...(made
      ? [
          { key: 'name', label: t('fileName'), children: made.name },
          { key: 'size', label: t('size'), children: bytes(made.size) },
          { key: 'files', label: t('filesInIt'), children: made.files },
          { key: 'sha256', label: 'SHA-256', children: <Digest value={made.sha256} /> },
          { key: 'at', label: t('madeAt'), children: <Moment at={made.at} /> },
        ]
      : []),
    ...(made?.until ? [{ key: 'until', label: t('keptUntil'), children: <KeptUntil until={made.until} /> }] : []),
    ...(deletedAt ? [{ key: 'deleted', label: t('deletedAt'), children: <Moment at={deletedAt} /> }] : []),
    { key: 'by', label: t('requestedBy'), children: <PersonName id={one.requestedBy} /> },
    { key: 'id', label: 'ID', children: <Digest value={one.id} /> },
    { key: 'asked', label: t('requestedAt'), children: <Moment at={one.requestedAt} /> },
    ...(one.reason ? [{ key: 'reason', label: t('why'), children: one.reason }] : []),
    ...(cancelled
      ? [
          { key: 'cancelledBy', label: t('cancelledBy'), children: <PersonName id={cancelled.by} /> },
          { key: 'cancelledAt', label: t('cancelledAt'), children: <Moment at={cancelled.at} /> },
          { key: 'cancelledWhy', label: t('cancelledWhy'), children: cancelled.reason },
        ]
      : []),
    ...(signature ? [{ key: 'signature', label: t('signature'), children: said(signature.words) }] : []),
  ];
  return (
    <Card title={<h2>{t('basics')}</h2>}>
      {made?.caution && (
        <Alert
          className="hints"
          type="warning"
          showIcon
          title={t('caution')}
          description={t('cautionFiles', { count: made.files })}
        />
      )}
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
    </Card>
  );
}
