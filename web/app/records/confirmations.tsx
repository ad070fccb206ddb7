import { useQuery } from '@tanstack/react-query';
import { Button, Card, Space, Typography } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { read } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { SigningFields, shownAnew } from '../parts/signing-fields.tsx';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import type { OneRecord } from './links.tsx';

/** Who stands for what is said of a record by their own signature. */
export function Confirmations({ record }: { record: OneRecord }) {
  const { t } = useWords('records');
  const said = useSaid();
  const may = useSession().permissions['record.confirm'] && record.state === 'sealed';
  const [confirming, setConfirming] = useState(false);
  const { data, error, refetch } = useQuery(
    read('/records/{id}/confirmations', { params: { path: { id: record.id } } }),
  );
  return (
    <Card
      title={<h2>{t('confirmed')}</h2>}
      extra={may && <Button onClick={() => setConfirming(true)}>{t('confirm')}</Button>}
    >
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={2} />}
      {data?.items.length === 0 && <Typography.Text type="secondary">{t('confirmedNone')}</Typography.Text>}
      {data && data.items.length > 0 && (
        <ul className="lines">
          {data.items.map(({ by, at, words, version, sha256 }) => (
            <li key={sha256} className="line">
              <Space size={8} wrap>
                <strong>
                  <PersonName id={by} />
                </strong>
                <Moment at={at} />
                <span>{t('confirmedVersion', { version })}</span>
                <Typography.Text type="secondary">{said(words)}</Typography.Text>
              </Space>
            </li>
          ))}
        </ul>
      )}
      {confirming && <Confirm id={record.id} onClose={() => setConfirming(false)} />}
    </Card>
  );
}

/** Shows the exact bytes, then signs what was shown by the password again. */
function Confirm({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords('records');
  const statement = useQuery({
    ...read('/records/{id}/confirmations/statement', { params: { path: { id } } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const send = ({ password }: { password: string }, key: string) =>
    answer(
      api.POST('/records/{id}/confirmations', {
        params: { path: { id } },
        body: { signature: { statement: statement.data?.sha256 ?? '', password } },
        headers: idempotent(key),
      }),
    ).catch(shownAnew(statement));
  return (
    <FormModal<{ password: string }, unknown>
      title={t('confirmTitle')}
      send={send}
      onClose={onClose}
      submit={t('confirm')}
    >
      <p>{t('confirmLead')}</p>
      <SigningFields statement={statement} />
    </FormModal>
  );
}
