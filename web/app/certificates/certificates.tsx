import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { type Item, read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { Trust } from './trust.tsx';

type Certificate = Item<'/certificates'>;

const reasons = ['unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation'] as const;

/** What the embedded authority has certified: the system's own keys, and those of people. */
export default function Certificates() {
  const { t } = useWords('certificates');
  const revokes = useSession().permissions['certificate.revoke'];
  const [revoking, setRevoking] = useState<Certificate>();
  const columns: Column<Certificate>[] = [
    { key: 'use', title: t('use'), heading: true, render: ({ use }) => t(`use_${use}`) },
    {
      key: 'holder',
      title: t('holder'),
      long: true,
      render: ({ personId, subject }) => (personId ? <PersonName id={personId} /> : subject),
    },
    { key: 'state', title: t('state'), render: (certificate) => <CertificateState certificate={certificate} /> },
    { key: 'from', title: t('notBefore'), render: ({ notBefore }) => <Moment at={notBefore} day /> },
    { key: 'to', title: t('notAfter'), render: ({ notAfter }) => <Moment at={notAfter} day /> },
    { key: 'sha256', title: 'SHA-256', render: ({ sha256 }) => <Digest value={sha256} /> },
    ...(revokes
      ? [
          {
            key: 'actions',
            title: t('common:actions'),
            render: (certificate: Certificate) =>
              !certificate.revoked && (
                <Button size="small" danger onClick={() => setRevoking(certificate)}>
                  {t('revoke')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <ServerTable<Certificate>
        label={t('title')}
        list={(page) => read('/certificates', { params: { query: page } })}
        columns={columns}
        rowKey={({ serial }) => serial}
      />
      <Trust />
      {revoking && <Revoke certificate={revoking} onClose={() => setRevoking(undefined)} />}
    </PageFrame>
  );
}

function CertificateState({ certificate: { revoked, notAfter } }: { certificate: Certificate }) {
  const { t } = useWords('certificates');
  if (revoked) return <StateTag tone="bad" word={t('revoked')} />;
  return notAfter < new Date().toISOString() ? (
    <StateTag tone="over" word={t('expired')} />
  ) : (
    <StateTag tone="good" word={t('good')} />
  );
}

function Revoke({ certificate, onClose }: { certificate: Certificate; onClose: () => void }) {
  const { t } = useWords('certificates');
  const send = (body: { reason: (typeof reasons)[number] }, key: string) =>
    answer(
      api.POST('/certificates/{serial}/revoke', {
        params: { path: { serial: certificate.serial } },
        body,
        headers: idempotent(key),
      }),
    );
  return (
    <FormModal title={t('revokeTitle')} send={send} onClose={onClose} submit={t('revoke')} danger>
      <p>{t('revokeLead')}</p>
      <Form.Item name="reason" label={t('common:reason')} rules={[{ required: true }]}>
        <Select options={reasons.map((value) => ({ value, label: t(`reason_${value}`) }))} />
      </Form.Item>
    </FormModal>
  );
}
