import './audit.css';

import { useQuery } from '@tanstack/react-query';
import { Button, Card, Collapse, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { type Body, read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ProofButton } from '../parts/proof-button.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSaid, useWords } from '../words/use-words.ts';
import { ActorName } from './actor-name.tsx';
import { fetchEntryProof } from './entry-proof.ts';
import { EventData } from './event-data.tsx';
import { ThingLink } from './thing-link.tsx';
import { VerifyEntry } from './verify-entry.tsx';

export type Entry = Body<'/ledger/entries/{seq}'>;

/** Until it is published the page looks again, milliseconds. */
const PUBLISHING_MS = 1500;

/** One entry: what it says, its exact bytes, and the proof that the log holds them. */
export default function EntryPage() {
  const { t } = useWords('audit');
  const said = useSaid();
  const { seq = '' } = useParams();
  const query = useQuery({
    ...read('/ledger/entries/{seq}', { params: { path: { seq: seq as never } } }),
    refetchInterval: ({ state }) => state.data?.published === false && PUBLISHING_MS,
  });
  const above = [{ title: t('ledger'), to: '/ledger' }];
  return (
    <Reading query={query} title={t('entry')} above={above}>
      {(entry) => (
        <PageFrame
          title={t('entryTitle', { seq: entry.seq, words: entry.events.map(({ words }) => said(words)).join('、') })}
          above={above}
          actions={<Actions entry={entry} />}
        >
          <Card title={<h2>{t('facts')}</h2>}>
            <Facts entry={entry} />
          </Card>
          <Card title={<h2>{t('content')}</h2>}>
            <p className="lead">{t(entry.opened ? 'contentOpened' : 'contentClosed')}</p>
            {entry.events.map((event, at) => (
              <section key={at} aria-label={said(event.words)}>
                {entry.events.length > 1 && <h3>{said(event.words)}</h3>}
                <EventData data={event.data} />
              </section>
            ))}
          </Card>
          <Proof entry={entry} />
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ entry: { seq, id, entries, published } }: { entry: Entry }) {
  const { t } = useWords('audit');
  const [verifying, setVerifying] = useState(false);
  return (
    <>
      {seq > 0 && (
        <Link to={`/ledger/${seq - 1}`}>
          <Button tabIndex={-1}>{t('earlier')}</Button>
        </Link>
      )}
      {seq + 1 < entries && (
        <Link to={`/ledger/${seq + 1}`}>
          <Button tabIndex={-1}>{t('later')}</Button>
        </Link>
      )}
      <Link to={`/ledger?of=${id}`}>
        <Button tabIndex={-1}>{t('sameThing')}</Button>
      </Link>
      {published && (
        <ProofButton fetch={() => fetchEntryProof(seq)} word={t('download')} publishing={t('publishing')} />
      )}
      {published && (
        <Button type="primary" onClick={() => setVerifying(true)}>
          {t('verify')}
        </Button>
      )}
      {verifying && <VerifyEntry seq={seq} onClose={() => setVerifying(false)} />}
    </>
  );
}

function Facts({ entry }: { entry: Entry }) {
  const { t } = useWords('audit');
  const { seq, time, actor, version, published } = entry;
  const role = t(`common:role_${actor.role as 'officer'}`, { defaultValue: actor.role });
  return (
    <Descriptions
      column={{ xs: 1, md: 2 }}
      items={[
        { key: 'seq', label: t('seq'), children: `#${seq}` },
        { key: 'time', label: t('time'), children: <Moment at={time} /> },
        { key: 'who', label: t('who'), children: <ActorName actor={actor} /> },
        { key: 'role', label: t('role'), children: `${role} · ${t(`via_${actor.via as 'session'}`)}` },
        { key: 'of', label: t('stream'), children: <ThingLink {...entry} /> },
        { key: 'id', label: 'ID', children: <Digest value={entry.id} /> },
        { key: 'version', label: t('version'), children: version },
        {
          key: 'published',
          label: t('published'),
          children: (
            <StateTag tone={published ? 'good' : 'busy'} word={t(published ? 'published_yes' : 'published_no')} />
          ),
        },
      ]}
    />
  );
}

function Proof({ entry }: { entry: Entry }) {
  const { t } = useWords('audit');
  const { leaf, prev, proof, text, verifierKey } = entry;
  const items = [
    {
      key: 'size',
      label: t('checkpointSize'),
      children: proof ? t('checkpointOf', { size: proof.size }) : t('common:none'),
    },
    { key: 'leaf', label: t('leaf'), children: <Digest value={leaf} /> },
    { key: 'prev', label: t('prev'), children: <Digest value={prev} /> },
    { key: 'vkey', label: t('verifierKey'), children: <Digest value={verifierKey} /> },
  ];
  const parts = [
    { key: 'bytes', label: t('bytesExact'), children: <Text text={text} /> },
    ...(proof ? [{ key: 'proof', label: 'C2SP tlog-proof', children: <Text text={proof.text} /> }] : []),
  ];
  return (
    <Card title={<h2>{t('proof')}</h2>}>
      <p className="lead">{t(proof ? 'proofLead' : 'proofWaits')}</p>
      <Descriptions className="proof-facts" layout="vertical" column={{ xs: 1, md: 2, xl: 4 }} items={items} />
      <Collapse items={parts} />
    </Card>
  );
}

const Text = ({ text }: { text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1)
  <pre className="bytes" tabIndex={0}>
    {text}
  </pre>
);
