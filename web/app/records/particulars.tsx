import { Card, Descriptions, Space, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { EntryLink } from '../audit/entry-link.tsx';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { duration } from '../parts/duration.ts';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { TermText } from '../retention/term.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { KindMark } from './kind-mark.tsx';
import { stateTones } from './kinds.ts';
import type { OneRecord } from './links.tsx';
import { LocksOf } from './locks.tsx';
import { ManifestOf } from './manifest.tsx';
import { probeOf } from './probe.ts';

type Line = [key: string, label: string, value: ReactNode];

/** Lines that have a value, two beside each other where there is room. */
function Lines({ title, lines, children }: { title: string; lines: Line[]; children?: ReactNode }) {
  const items = lines
    .filter(([, , value]) => value !== undefined && value !== null && value !== '')
    .map(([key, label, value]) => ({ key, label, children: value }));
  return (
    <Card title={<h2>{title}</h2>}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
      {children}
    </Card>
  );
}

export function Basics({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const retention = useWords('retention');
  const { captured, carrier, filmedBy, deviceId, deviceSerial } = record;
  const device = deviceSerial ?? deviceId;
  const known = useSession().permissions['device.read'];
  const lines: Line[] = [
    ['kind', t('kind'), <KindMark key="kind" kind={record.kind} />],
    ['state', t('state'), <StateTag key="state" tone={stateTones[record.state]} word={t(`state_${record.state}`)} />],
    ['filmedBy', t('filmedBy'), filmedBy && <PersonName id={filmedBy} />],
    ['uploadedBy', t('uploadedBy'), <PersonName key="by" id={record.uploadedBy} />],
    ['captured', t('captured'), (captured?.from || captured?.to) && <Span from={captured.from} to={captured.to} />],
    ['raw', t('capturedRaw'), captured?.raw && <code>{captured.raw}</code>],
    ['receivedAt', t('receivedAt'), <Moment key="at" at={record.receivedAt} />],
    ['department', t('department'), <DepartmentName key="department" id={record.departmentId} />],
    ['device', t('device'), device && (deviceId && known ? <Link to={`/devices/${deviceId}`}>{device}</Link> : device)],
    ['source', t('source'), t(`source_${record.source}`)],
    ['place', t('place'), record.place],
    ['confidentiality', t('confidentiality'), t(`confidentiality_${record.confidentiality}`)],
    [
      'carrier',
      t('carrier'),
      carrier && `${carrier.original}${carrier.comparedBy ? `（${t('comparedBy')}${carrier.comparedBy}）` : ''}`,
    ],
    ['until', retention.t('until'), record.term && <TermText key="until" term={record.term} of="record" />],
    ['name', t('fileName'), record.name],
    ['external', t('externalIds'), record.externalIds.map(({ system, id }) => `${system} ${id}`).join('、')],
    [
      'duplicate',
      t('duplicateOf'),
      record.duplicateOf && <Link to={`/records/${record.duplicateOf}`}>{record.duplicateOf.slice(0, 8)}</Link>,
    ],
    ['id', 'ID', <Digest key="id" value={record.id} />],
  ];
  return <Lines title={t('basics')} lines={lines} />;
}

function Span({ from, to }: { from: string | undefined; to: string | undefined }) {
  return (
    <span>
      <Moment at={from} />
      {to && (
        <>
          {' – '}
          <Moment at={to} />
        </>
      )}
    </span>
  );
}

/** By what it can be proved: digests, seal, time. */
export function Sealing({ record }: { record: OneRecord }) {
  const { permissions } = useSession();
  const { t } = useWords('records');
  const { object, timestamp, declared, sealedAt, sealedSeq } = record;
  if (!object) return null;
  const same = declared.sha256 === object.sha256;
  const time = timestamp && (
    <Space size={6} wrap>
      <Moment at={timestamp.at} />
      <Typography.Text type="secondary">
        {t(timestamp.selfIssued ? 'timestampSelf' : 'timestampOutside')}
      </Typography.Text>
    </Space>
  );
  const lines: Line[] = [
    [
      'sha256',
      t('sha256'),
      <Space key="sha256" size={6} wrap>
        <Digest value={object.sha256} />
        {same && <StateTag tone="good" word={t('declaredSame')} />}
      </Space>,
    ],
    ['sm3', t('sm3'), object.sm3 && <Digest value={object.sm3} />],
    ['sealedAt', t('sealedAt'), sealedAt && <Moment at={sealedAt} />],
    ['timestamp', t('timestamp'), record.state === 'sealed' && (time ?? t('timestampMissing'))],
    ['seq', t('sealedSeq'), sealedSeq !== undefined && <EntryLink key="seq" seq={sealedSeq} />],
    ['size', t('size'), `${bytes(object.size)}（${object.size} B）`],
  ];
  return (
    <Lines title={t('sealing')} lines={lines.map(([key, label, value]) => [key, label, value || undefined])}>
      {record.state === 'sealed' && <ManifestOf id={record.id} />}
      {permissions['lock.read'] && <LocksOf id={record.id} />}
    </Lines>
  );
}

/** What the file says of itself, and what was found of signatures in it. */
export function Media({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const probe = probeOf(record);
  const signatures = record.documentSignatures ?? [];
  const { durationMs, streams = [], container, make, model, creationTime, location } = probe ?? {};
  const lines: Line[] = [
    ['type', t('mediaType'), record.mediaType],
    ['duration', t('duration'), durationMs !== undefined && duration(durationMs)],
    ['container', t('container'), container],
    ['recorder', t('recordedBy'), [make, model].filter(Boolean).join(' ')],
    [
      'created',
      t('creationTime'),
      creationTime && (creationTime.instant ? <Moment at={creationTime.instant} /> : creationTime.raw),
    ],
    ['location', t('location'), location && `${location.latitude}, ${location.longitude}`],
    ...streams.map((stream, i): Line => [`stream${i}`, t(`stream_${stream.kind}`), streamText(stream)]),
    ...signatures.map(
      ({ result, signer, format }, i): Line => [
        `signature${i}`,
        t('documentSignatures'),
        [t(`signature_${result}`), signer?.subject, format].filter(Boolean).join(' · '),
      ],
    ),
  ];
  return (
    <Lines title={t('media')} lines={lines.map(([key, label, value]) => [key, label, value || undefined])}>
      {!probe && record.kind !== 'text' && <Typography.Text type="secondary">{t('mediaNone')}</Typography.Text>}
    </Lines>
  );
}

type Stream = NonNullable<NonNullable<ReturnType<typeof probeOf>>['streams']>[number];

function streamText({ codec, width, height, frameRate, channels, sampleRate, rotation }: Stream): string {
  const [over = 0, under = 1] = (frameRate ?? '').split('/').map(Number);
  return [
    codec,
    width && height && `${width} × ${height}`,
    rotation && `${rotation}°`,
    frameRate && `${Number((over / (under || 1)).toFixed(2))} fps`,
    sampleRate && `${sampleRate} Hz`,
    channels && `${channels} ch`,
  ]
    .filter(Boolean)
    .join(' · ');
}
